/** What ten pairs, judged twice, say of the judge: hits, false alarms, d' and c, what the score moved, and each pair's truth. */
import { h } from "./dom.js";

const NAMES = ["you, blind", "you, with the score", "the pack's line alone"];

/** `show(results)` once; `picture(pair, urls)` when the pictures of a pair have come; `open(pair)` asks for them. */
export function resultsPanel({ again, open }) {
  const el = h("div", { class: "sl-ls-results", hidden: true });
  const places = new Map();
  let shown = "";
  function show(results) {
    const key = JSON.stringify(results);
    if (key === shown) return;
    shown = key;
    const restart = h("div", {}, h("button", { type: "button", onclick: again }, "Begin again"));
    places.clear();
    el.replaceChildren(table(results.looks), ...sentences(results), h("div", { class: "sl-ls-small-title", role: "heading", "aria-level": "3" }, "What was true"), list(results.pairs), restart);
    results.pairs.forEach(({ pair }) => open(pair));
  }
  function list(pairs) {
    return h("ul", { class: "sl-ls-truths" }, ...pairs.map(truth));
  }
  function truth({ pair, same, kin, what, score, verdicts }) {
    const images = [h("img", { alt: "reference" }), h("img", { alt: "later picture" })];
    places.set(pair, images);
    const yours = verdicts.map((verdict, k) => h("li", {}, `${k ? "with the score" : "blind"}: ${verdict} `, h("b", {}, markOf(verdict, same))));
    const kind = same ? "One person" : kin ? "Two people, alike" : "Two people";
    return h("li", {}, h("div", { class: "sl-ls-two" }, ...images), h("b", {}, kind), h("p", {}, what), h("ul", {}, ...yours, h("li", {}, `pack: ${score.value}, ${score.alert ? "alert" : "no alert"} `, h("b", {}, score.alert === same ? "✓" : "✗"))));
  }
  function picture(pair, urls) {
    places.get(pair)?.forEach((image, k) => (image.src = urls[k]));
  }
  return { el, show, picture };
}

/** Right or wrong; who cannot tell is neither. */
function markOf(verdict, same) {
  if (verdict === "cannot tell") return "–";
  return (verdict === "same") === same ? "✓" : "✗";
}

function table(looks) {
  const head = ["", "hits", "false alarms", "cannot tell", "d′ (95 % limits)", "c"];
  const row = (look, k) => [NAMES[k], `${look.hits} of ${look.same}`, `${look.false_alarms} of ${look.different}`, k === 2 ? "–" : String(look.unsure), `${fixed(look.d)} (${fixed(look.low)} to ${fixed(look.high)})`, fixed(look.c)];
  const cell = (text, k) => h(k ? "td" : "th", k ? {} : { scope: "row" }, text);
  return h("div", { class: "sl-ls-scroll", tabindex: "0", role: "group", "aria-label": "Results" }, h("table", {}, h("thead", {}, h("tr", {}, ...head.map((text) => (text ? h("th", { scope: "col" }, text) : h("td", {}))))), h("tbody", {}, ...looks.map((look, k) => h("tr", {}, ...row(look, k).map(cell))))));
}

/** In words what the table says, for somebody who meets d' for the first time. */
function sentences({ looks: [blind, scored], moved }) {
  const changed = moved.towards + moved.away;
  const lean = (c) => (Math.abs(c) < 0.2 ? "towards neither answer" : c < 0 ? "towards “same”" : "towards “different”");
  const words = [
    `Blind, you leaned ${lean(blind.c)}; with the score, ${lean(scored.c)}.`,
    changed ? `The score changed ${changed} of your 10 verdicts on “same”: ${moved.towards} towards what it says, ${moved.away} away from it. ${moved.mended} became right, ${moved.spoilt} became wrong.` : "The score changed none of your verdicts on “same”.",
    "d′ is how well you tell the two kinds apart: 0 is guessing, 2 is good. c is which answer you lean to, below 0 towards “same”. Ten pairs say little: read the limits.",
  ];
  return words.map((text) => h("p", {}, text));
}

function fixed(value) {
  return (Math.abs(value) < 0.005 ? 0 : value).toFixed(2).replace("-", "−");
}
