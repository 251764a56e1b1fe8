/**
 * "How often is it wrong?" has two true answers, and the base rate joins them. The published figures are presets: one
 * click shows that "70 % and 1 in 1,000" and "81 % wrong" are the same system.
 */
import { freshId, h, setHidden, setSentence, setText } from "./dom.js";
import { baseRatePlot } from "./base_rate.js";
import { expect, impliedBaseRate, publishedRate, scaleFpir } from "./rates.js";
import { alertedWords, foundWords } from "./sentences.js";
import { amount, ofHundred, oneIn, perCent, plural, rareSpan, span, TOO_FEW } from "./words.js";

const OWN = "own";
const [LEAST, MOST] = [-6, -0.5]; // of the base rate's slider, as powers of ten

/** The panel; `setBase` changes the user's own base rate, which belongs to the stated inputs. */
export function answersPanel(data, setBase, redraw) {
  const presets = data.scenarios.map(presetOf);
  const state = { id: !measured(data) ? presets[0].id : OWN, base: Object.fromEntries(presets.map((preset) => [preset.id, preset.base])) };
  const chips = chipRow(data, presets, state, redraw);
  const base = baseSlider((value) => {
    if (state.id === OWN) setBase(value);
    else state.base[state.id] = value;
    redraw();
  });
  const plot = baseRatePlot();
  const answers = answerTiles();
  const [said, stated, note] = [h("p", { class: "sl-say" }), h("ul", { class: "sl-stated" }), h("p", { class: "sl-note" })];
  const el = h(
    "section",
    { class: "sl-part sl-answers" },
    h("div", { class: "sl-h", role: "heading", "aria-level": data.about.level + 1 }, "How often is it wrong? ", h("small", {}, "two true answers, joined by the base rate")),
    chips.el,
    h("div", { class: "sl-plots" }, h("div", { class: "sl-facts" }, stated, answers.el, base.el), plot.el),
    said,
    note,
  );

  function paint(view, colours) {
    const system = state.id === OWN ? ownSystem(data, view) : publishedSystem(presets.find((preset) => preset.id === state.id), state.base[state.id]);
    chips.paint(state.id, view);
    base.paint(system);
    answers.paint(system);
    setStated(stated, system.stated);
    setSentence(said, joined(system));
    setText(note, system.note);
    plot.paint(system, colours);
  }
  return { el, paint, layout: plot.layout, describe: plot.describe };
}

/** A scenario ready to be shown: rates with limits where counts were published, and the base rate where it starts. */
function presetOf(scenario) {
  const found = publishedRate(scenario.tpir);
  const strangers = publishedRate(scenario.fpir);
  const inferred = scenario.base_rate === null && scenario.wrong && scenario.tpir;
  const base = inferred ? impliedBaseRate(scenario.wrong.rate, found.rate, strangers.rate) : (scenario.base_rate ?? NaN);
  return { ...scenario, found, strangers, wrongSeen: scenario.wrong ? publishedRate(scenario.wrong) : null, base, inferred: inferred ? base : null };
}

function publishedSystem(preset, base) {
  const rates = preset.rates_from ? [`rates from the ${preset.rates_from}`] : [];
  const scaled = preset.watchlist ? [`the list-size formula gives ${oneIn(scaleFpir(preset.strangers.rate, preset.watchlist, preset.watchlist / 10))} with ${amount(preset.watchlist / 10)} listed`] : [];
  return {
    name: preset.title,
    found: preset.found,
    strangers: preset.strangers,
    base,
    origin: preset.inferred !== null && base === preset.inferred ? "inferred from the result" : "stated by you",
    observed: preset.wrongSeen,
    stated: [...preset.stated.map((text) => (preset.second_hand ? `${text} (second-hand)` : text)), ...rates, ...scaled],
    note: preset.note,
  };
}

/** Whether these passes tell both rates. */
function measured({ about, nonmated }) {
  return Boolean(nonmated?.passes) && !about.byAlert;
}

function ownSystem(data, view) {
  return {
    name: "this data",
    found: view.found,
    strangers: view.atList,
    base: view.inputs.base_rate,
    origin: "stated by you",
    observed: null,
    stated: [`threshold ${view.text}`, foundWords(view.found.rate), `${alertedWords(view.atList.rate)} with ${plural(view.inputs.watchlist, "person", "people")} listed`],
    note: "How many passers-by are on the list is an assumption: nobody has measured it when a deployment is planned.",
  };
}

/** Share of alerts that are wrong, with its range: computed from the rates, or counted where only that was published. */
function wrongOf({ found, strangers, base, observed }) {
  const at = (tpir, fpir) => expect(tpir, fpir, { passers_per_hour: 1, hours: 1, base_rate: base, seconds_each: 0, reviewers: 0 }).perAlert;
  const computed = { rate: at(found.rate, strangers.rate), low: at(found.high, strangers.low), high: at(found.low, strangers.high) };
  return Number.isNaN(computed.rate) && observed ? observed : computed;
}

function joined(system) {
  const wrong = wrongOf(system).rate;
  if (Number.isNaN(system.found.rate) && Number.isNaN(system.strangers.rate)) return [`How often it is wrong is ${TOO_FEW}.`];
  if (Number.isNaN(system.found.rate)) return [`How many listed people walked past unseen: ${TOO_FEW}, because it was not published. `, { b: perCent(system.strangers.rate) }, " of the faces seen and ", { b: perCent(wrong) }, " of the alerts were wrong: the same errors over two denominators."];
  if (Number.isNaN(wrong)) return [`What share of alerts would be wrong is ${TOO_FEW}.`];
  const first = ["One system, two true sentences: it finds ", { b: perCent(system.found.rate).replace(".0 %", " %") }, " of listed people and alerts on ", { b: oneIn(system.strangers.rate) }, " strangers; and ", { b: ofHundred(wrong) }, " of its alerts are wrong, where "];
  return [...first, { b: oneIn(system.base).replace("none seen", "none") }, ` passers-by is on the list (${system.origin}).`];
}

function setStated(list, facts) {
  const key = facts.join("\n");
  if (list.slText === key) return;
  list.slText = key;
  list.replaceChildren(...facts.map((fact) => h("li", {}, fact)));
}

/** One choice at a time: native radio buttons, so that arrows move between them. */
function chipRow(data, presets, state, redraw) {
  const group = freshId("figures");
  const own = !measured(data) ? [] : [{ id: OWN, title: "This data" }];
  const entries = [...own, ...presets].map(({ id, title, second_hand: second }) => {
    const input = h("input", { type: "radio", name: group, value: id, onchange: () => choose(id) });
    return { id, input, el: h("label", { class: "sl-chip" }, input, title, second ? h("sup", { title: "second-hand: read in the press, not in the primary document" }, "*") : null) };
  });
  function choose(id) {
    state.id = id;
    redraw();
  }
  const anySecond = presets.some((preset) => preset.second_hand);
  const el = h("div", { class: "sl-chips", role: "radiogroup", "aria-label": "Whose figures" }, ...entries.map((entry) => entry.el), anySecond ? h("small", {}, "* second-hand: press reports of a primary document") : null);
  return { el, paint: (id) => entries.forEach((entry) => entry.input.checked !== (entry.id === id) && (entry.input.checked = entry.id === id)) };
}

function baseSlider(set) {
  const id = freshId("base");
  const value = h("b", {});
  const range = h("input", { type: "range", id, min: LEAST, max: MOST, step: 0.02, oninput: () => set(10 ** Number(range.value)) });
  const quick = [1e-4, 1e-3, 1e-2].map((rate) => h("button", { type: "button", class: "sl-chip", onclick: () => set(rate) }, oneIn(rate)));
  const el = h("div", { class: "sl-base" }, h("label", { for: id }, "passers-by who are on the list: ", value), range, h("div", { class: "sl-targets" }, ...quick));
  function paint(system) {
    setHidden(el, Number.isNaN(system.base) || Number.isNaN(system.found.rate));
    setText(value, `${system.base ? oneIn(system.base) : "none"}, ${system.origin}`);
    const place = Math.log10(Math.max(system.base, 10 ** LEAST));
    if (range.getRootNode().activeElement !== range) range.value = place;
    range.setAttribute("aria-valuetext", `${system.base ? oneIn(system.base) : "none"}`);
  }
  return { el, paint };
}

function answerTiles() {
  const face = answer("wrong alerts, of strangers' faces seen");
  const alert = answer("wrong alerts, of all alerts");
  const el = h("div", { class: "sl-tiles" }, face.el, alert.el);
  function paint(system) {
    const wrong = wrongOf(system);
    const { strangers, observed } = system;
    const counts = Number.isNaN(strangers.count) ? "no count was published" : `${amount(strangers.count)} of ${amount(strangers.of)}`;
    face.paint(perCent(strangers.rate), `${oneIn(strangers.rate)}${Number.isNaN(strangers.low) ? "" : `; ${rareSpan(strangers.low, strangers.high)}`}`, counts);
    const unsaid = Number.isNaN(strangers.count) ? "no limits: no counts were published" : TOO_FEW;
    const limits = Number.isNaN(wrong.low) ? unsaid : span(wrong.low, wrong.high);
    alert.paint(perCent(wrong.rate), limits, observed ? `published: ${amount(observed.count)} of ${amount(observed.of)}, ${perCent(observed.rate)} (${span(observed.low, observed.high)})` : "follows from the rates and the base rate");
  }
  return { el, paint };
}

function answer(name) {
  const parts = [h("dd", { class: "sl-big" }), h("dd", { class: "sl-small" }), h("dd", { class: "sl-small" })];
  const el = h("dl", { class: "sl-tile" }, h("dt", {}, name), ...parts);
  return { el, paint: (...texts) => texts.forEach((text, k) => setText(parts[k], text)) };
}
