/** Rates in each recorded group, with counts and the ratio to the largest group; few people are "too few to say". */
import { h, setHidden, setText } from "./dom.js";
import { groupRates } from "./rates.js";
import { amount, fixed, oneIn, perCent, plural, rareSpan, span, thousands, TOO_FEW } from "./words.js";

const LARGEST = 1e6; // of ratios that are said

/** The panel; null where no group was recorded. */
export function groupsPanel(data) {
  const sides = [
    sideTable("Strangers who cause an alert", data.groups.nonmated, data.about.tooFew, { word: oneIn, limits: rareSpan, place: logPlace }),
    sideTable("People on the list who are found", data.groups.mated, data.about.tooFew, { word: perCent, limits: span, place: (rate) => rate }),
  ].filter(Boolean);
  if (!sides.length) return null;
  const note = `Groups are what people recorded about themselves; nothing is guessed from a face. Below ${data.about.tooFew} people a group is ${TOO_FEW}. As measured with ${plural(data.about.watchlist, "person", "people")} listed.`;
  const el = h(
    "section",
    { class: "sl-part" },
    h("div", { class: "sl-h", role: "heading", "aria-level": data.about.level + 1 }, "Groups"),
    h("div", { class: "sl-sides" }, ...sides.map((side) => side.el)),
    h("p", { class: "sl-note" }, note),
  );
  return { el, paint: (view) => sides.forEach((side) => side.paint(view)) };
}

function sideTable(name, samples, least, how) {
  if (!samples.length) return null;
  const rows = samples.map((sample) => groupRow(sample.group, least, how));
  const head = h("tr", {}, ...["group", "95 %", "rate and limits", "against the largest"].map((text) => h("th", { scope: "col" }, text)));
  const el = h("div", { class: "sl-scroll" }, h("table", { class: "sl-groups" }, h("caption", {}, name), h("thead", {}, head), h("tbody", {}, ...rows.map((row) => row.el))));
  function paint({ threshold }) {
    groupRates(samples, threshold, least).forEach((rate, k) => rows[k].paint(rate));
  }
  return { el, paint };
}

function groupRow(name, least, { word, limits, place }) {
  const bar = rangeBar(place);
  const [rate, ratio] = [h("td", {}), h("td", {})];
  const el = h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, bar.el), rate, ratio);
  function paint(row) {
    bar.paint(row);
    setText(rate, rateWords(row, least, word, limits));
    setText(ratio, row.isBase ? "the largest group" : ratioWords(row));
    el.classList.toggle("sl-unsaid", Number.isNaN(row.rate));
  }
  return { el, paint };
}

function rateWords(row, least, word, limits) {
  const people = plural(row.people, "person", "people");
  const counts = `${amount(row.count)} of ${amount(row.of)}, ${people}`;
  if (Number.isNaN(row.rate)) return `${TOO_FEW} (${counts}; ${least} are needed)`;
  return `${word(row.rate)} (${limits(row.low, row.high)}; ${counts})`;
}

function ratioWords({ ratio, ratioLow, ratioHigh }) {
  if (Number.isNaN(ratio)) return TOO_FEW;
  return `${times(ratio)} times (${times(ratioLow)} to ${times(ratioHigh)})`;
}

/** A ratio: two decimals, two significant figures where that would hide it (`sentences.times_words`). */
export function times(ratio) {
  if (!Number.isFinite(ratio)) return "no upper limit";
  if (ratio > LARGEST) return "over a million";
  if (ratio >= 100) return thousands(ratio, 0);
  return fixed(ratio, ratio >= 0.1 || ratio < 1 / LARGEST ? 2 : 1 - Math.floor(Math.log10(ratio)));
}

/** Five decades of a rare rate as 0..1. */
function logPlace(rate) {
  return rate > 0 ? Math.max(0, 1 + Math.log10(rate) / 5) : 0;
}

/** A small picture of a rate and its limits; the words beside it say the same. */
function rangeBar(place) {
  const [limits, dot] = [h("i", {}), h("b", {})];
  const el = h("div", { class: "sl-bar", "aria-hidden": "true" }, limits, dot);
  const at = (value) => `${(100 * Math.min(Math.max(place(value), 0), 1)).toFixed(1)}%`;
  function paint({ rate, low, high }) {
    setHidden(limits, Number.isNaN(low));
    setHidden(dot, Number.isNaN(rate));
    if (Number.isNaN(rate)) return;
    limits.style.left = at(low);
    limits.style.right = `calc(100% - ${at(high)})`;
    dot.style.left = at(rate);
  }
  return { el, paint };
}
