/**
 * ThresholdExplorer: one slider moves everything that a threshold costs. Python sends the sorted scores once; from then on
 * every number is computed here, so the page keeps working when the kernel is gone.
 */
import { answersPanel } from "./answers.js";
import { comparePanel } from "./compare.js";
import { controlPanel } from "./control.js";
import { detPlot } from "./det.js";
import { distributionsPlot } from "./distributions.js";
import { h, plain, setSentence, setText } from "./dom.js";
import { galleryPanel } from "./gallery.js";
import { groupsPanel } from "./groups.js";
import { inputsPanel } from "./inputs.js";
import { notesPanel } from "./notes.js";
import { tidy, unpackSamples } from "./rates.js";
import { recordPanel } from "./record.js";
import { claimSentence, daySentence, restWords } from "./sentences.js";
import { followTheme, paletteOf, watchTheme } from "./theme.js";
import { tilesPanel } from "./tiles.js";
import { viewAt } from "./view.js";
import { amount, plural } from "./words.js";

const SAVE_AFTER = 150; // ms at rest before Python hears of a new position: one message a move, not one a pixel
const SPEAK_AFTER = 450; // ms at rest before a screen reader hears of it

function render({ model, el }) {
  const data = unpack(model);
  const state = { threshold: model.get("threshold"), pinned: model.get("pinned"), inputs: model.get("inputs") };
  const root = h("section", { class: "sl-widget sl-te", "data-lm-suppress-shortcuts": "true", tabindex: "-1", "aria-label": `Threshold explorer: ${data.about.title}` });
  const record = recordPanel(model, data, () => state);
  const panels = assemble(root, data, record, {
    set: (threshold) => change({ threshold: tidy(threshold) }),
    pin: (threshold) => change({ pinned: threshold }),
    input: (key, value) => change({ inputs: { ...state.inputs, [key]: value } }),
    redraw: () => schedule(),
  });
  const status = h("p", { class: "sl-spoken", role: "status", "aria-live": "polite" });
  root.append(status);
  el.replaceChildren(root);

  let frame = 0;
  let colours = null;
  let saving = 0;
  let speaking = 0;

  function change(part) {
    Object.assign(state, part);
    schedule();
    clearTimeout(saving);
    saving = setTimeout(save, SAVE_AFTER);
  }
  function save() {
    for (const [name, value] of Object.entries(state)) model.set(name, value);
    model.save_changes();
  }
  function schedule() {
    frame ||= requestAnimationFrame(() => paint());
  }
  function paint(all = false) {
    frame = 0;
    if (!colours) return; // not laid out yet: the ResizeObserver calls again
    const view = viewAt(data, state.threshold, state.inputs);
    if (state.pinned !== null) view.pin = viewAt(data, state.pinned, state.inputs);
    panels.filter((panel) => all || seen.has(panel)).forEach((panel) => panel.paint?.(view, colours));
    root.dataset.threshold = view.text;
    clearTimeout(speaking);
    speaking = setTimeout(rest, SPEAK_AFTER, view);
  }
  function rest(view) {
    panels.filter((panel) => !seen.has(panel)).forEach((panel) => panel.paint?.(view, colours));
    panels.forEach((panel) => panel.describe?.(view));
    setText(status, restWords(view, data.alerts.length));
  }
  function layout() {
    if (!el.isConnected || !root.clientWidth) return; // Voila renders into a detached element first
    followTheme(root);
    colours = paletteOf(root);
    panels.forEach((panel) => panel.layout?.(colours));
    cancelAnimationFrame(frame);
    paint(true);
  }
  function fromPython() {
    Object.assign(state, { threshold: model.get("threshold"), pinned: model.get("pinned"), inputs: model.get("inputs") });
    schedule();
  }

  const names = Object.keys(state).map((name) => `change:${name}`);
  names.forEach((name) => model.on(name, fromPython));
  const seen = watchSight(panels, schedule);
  const sizes = new ResizeObserver(layout);
  sizes.observe(root);
  const unwatch = watchTheme(layout);
  return () => {
    sizes.disconnect();
    seen.close();
    unwatch();
    names.forEach((name) => model.off(name, fromPython));
    [saving, speaking].forEach(clearTimeout);
    cancelAnimationFrame(frame);
    panels.forEach((panel) => panel.close?.());
  };
}

/**
 * The panels that can be seen, kept up to date: only they are painted at each step, the others when the line is at rest or
 * when they come into sight.
 */
function watchSight(panels, appeared) {
  const owner = new Map(panels.map((panel) => [panel.el, panel]));
  const seen = new Set(panels);
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) seen[isIntersecting ? "add" : "delete"](owner.get(target));
    if (entries.some((entry) => entry.isIntersecting)) appeared();
  });
  owner.forEach((_, el) => observer.observe(el));
  return { has: (panel) => seen.has(panel), close: () => observer.disconnect() };
}

/** Puts the panels in their order; those with nothing to show are left out. */
function assemble(root, data, record, { set, pin, input, redraw }) {
  const control = controlPanel(data, { set, pin }, record?.button);
  const sentence = sentencePanel(data);
  const plots = [distributionsPlot(data, set), data.unknown || data.about.byAlert ? null : detPlot(data)].filter(Boolean);
  const below = [galleryPanel(data), groupsPanel(data), answersPanel(data, (rate) => input("base_rate", rate), redraw)].filter(Boolean);
  const top = [control, record, tilesPanel(data), sentence, inputsPanel(data, input), comparePanel(data)].filter(Boolean);
  const [line, ...rest] = top.map((panel) => panel.el);
  root.append(header(data), line, control.actions, ...rest, h("div", { class: "sl-plots" }, ...plots.map((plot) => plot.el)), ...below.map((panel) => panel.el), notesPanel(data));
  return [...top, ...plots, ...below];
}

function header({ about, nonmated, mated, unknown }) {
  const passes = unknown
    ? `${plural(unknown.passes, "pass", "passes")} compared`
    : `${plural(mated?.passes ?? 0, "pass", "passes")} of listed people, ${amount(nonmated?.passes ?? 0)} of strangers${about.unsettled ? " and alerts that nobody settled" : ""}`;
  const facts = [about.data, passes, `${plural(about.watchlist, "person", "people")} listed`, about.pack ? `pack ${about.pack}` : "no pack named"];
  return h("header", {}, h("div", { class: "sl-title", role: "heading", "aria-level": about.level }, about.title), h("p", {}, facts.join(" · ")));
}

/** The sentence that a manager can repeat, and what can be claimed at all. */
function sentencePanel(data) {
  const said = h("p", { class: "sl-say sl-day" });
  const [mark, text] = [h("b", { "aria-hidden": "true" }), h("span", {})];
  const floor = h("p", { class: "sl-floor" }, mark, text);
  const el = h("div", {}, said, data.unknown ? null : floor);
  function paint(view) {
    const pieces = daySentence(view);
    setSentence(said, pieces);
    said.dataset.plain = plain(pieces);
    if (data.unknown) return;
    const { warn, text: words } = claimSentence(view, data.nonmated);
    setText(mark, warn ? "⚠ " : "");
    setText(text, words);
    floor.classList.toggle("sl-warn", warn);
  }
  return { el, paint };
}

/** What came with the widget, as typed arrays and by side. */
function unpack(model) {
  const about = model.get("about");
  const samples = unpackSamples(about, typed(model.get("scores"), Float32Array), typed(model.get("visits"), Uint32Array));
  const total = (side) => samples.find((sample) => sample.side === side && sample.group === null);
  const inGroups = (side) => samples.filter((sample) => sample.side === side && sample.group !== null);
  return {
    about,
    slider: about.slider,
    alerts: about.alerts,
    scenarios: about.scenarios,
    pictures: typed(model.get("pictures"), Uint8Array),
    totals: samples.filter((sample) => sample.group === null),
    nonmated: total("nonmated"),
    mated: total("mated"),
    unknown: total("unknown"),
    groups: { nonmated: inGroups("nonmated"), mated: inGroups("mated") },
  };
}

/** A typed array of its own over the bytes of a DataView, which need not start at a multiple of the element's size. */
function typed(view, Kind) {
  if (!view) return new Kind(0);
  return new Kind(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

export default { render };
