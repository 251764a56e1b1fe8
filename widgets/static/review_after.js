/** What is shown once the first look is saved: score, names, why the person is listed, what is settled elsewhere. */
import { h, setHidden, setText } from "./dom.js";
import { VERDICTS } from "./review_form.js";

const FIRST = 5; // candidates that are shown at once; the way on is below them

/** The panel; `again` is called when the reviewer changes her mind, `next` for the next pair; `beside` stands next to both. */
export function afterPanel({ again, next, beside = null }) {
  const content = h("div", {});
  const more = h("button", { type: "button", class: "sl-primary", onclick: next }, "Next pair ", h("kbd", {}, "Enter"));
  const mind = h("span", {});
  const change = h("button", { type: "button", onclick: again }, mind, h("kbd", {}, "c"));
  const el = h("section", { class: "sl-ar-after", "aria-label": "After the first look" }, content, h("div", { class: "sl-ar-save" }, more, change, beside));

  /** `urls` are pictures of the candidates; `saved` is when the last decision was confirmed, or "". */
  function show(after, urls, saved, left) {
    setHidden(change, after.kind === "planted");
    leave(left);
    content.replaceChildren(...(after.kind === "planted" ? planted(after, saved) : alert(after, urls, saved)));
  }
  /** The way on, where others are left. */
  function leave(left) {
    setHidden(more, left === 0);
  }
  /** Whether a second decision is being made. */
  function changing(now) {
    setText(mind, now ? "Keep my decision " : "Change my mind ");
  }
  changing(false);
  return { el, show, leave, changing };
}

function planted(after, saved) {
  return [state(saved, ""), h("p", { class: "sl-ar-say" }, after.outcome), h("p", {}, after.words), h("p", { class: "sl-ar-soft" }, after.record)];
}

function state(saved, words) {
  return h("p", { class: "sl-ar-state" }, saved ? h("span", { class: "sl-ar-good" }, `✓ saved ${saved}`) : null, words ? h("span", {}, `${saved ? " · " : ""}${words}`) : null);
}

function alert(after, urls, saved) {
  const own = after.decisions;
  return [
    state(saved, after.standing),
    h("p", { class: "sl-ar-say" }, "Asked was: is this ", h("b", {}, after.subject), "? You said: ", h("b", {}, said(own.at(-1))), "."),
    h("p", {}, "Score ", h("b", {}, after.score), `, ${after.line}. `, h("span", { class: "sl-ar-soft" }, "A score is no answer.")),
    h("p", { class: "sl-ar-soft" }, `${after.seen} · ${after.from}`),
    h("h4", {}, "Candidates"),
    ...candidates(after.candidates.map((each, k) => candidate(each, urls[k]))),
    ...listing(after.entry),
    ...elsewhere(after),
    ...history(own),
  ];
}

/** The first few lines, and a button that puts in the others. */
function candidates(lines) {
  const list = h("ol", { class: "sl-ar-candidates" }, ...lines.slice(0, FIRST));
  const others = lines.slice(FIRST);
  if (!others.length) return [list];
  const more = h("button", { type: "button", class: "sl-ar-small", onclick: all }, `Show ${others.length} more`);
  function all() {
    list.append(...others);
    list.tabIndex = -1; // the focus goes to what has come, not to the page
    list.focus({ preventScroll: true });
    more.remove();
  }
  return [list, h("div", {}, more)];
}

function candidate(each, url) {
  return h("li", {}, url ? h("img", { src: url, alt: `reference of ${each.subject}` }) : null, h("span", {}, h("b", {}, each.subject), h("small", {}, `rank ${each.rank} · score ${each.score}`)));
}

function listing(entry) {
  if (!entry.length) return [h("p", { class: "sl-ar-soft" }, "Nothing is recorded of why this person is listed.")];
  return [h("h4", {}, "On the list"), h("dl", { class: "sl-ar-entry" }, ...entry.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))))];
}

function elsewhere(after) {
  if (!after.context.length) return [];
  return [h("h4", {}, "Settled elsewhere about this person on the list"), h("ul", {}, ...after.context.map((each) => h("li", {}, each)))];
}

function history(own) {
  const line = (each) => h("li", {}, h("b", {}, said(each)), ` · ${each.look} · ${each.recorded} · ${noted(each.features)}`, h("br", {}), h("span", { class: "sl-ar-soft" }, each.reason));
  return [h("h4", {}, own.length > 1 ? "Your decisions, none of them edited" : "Your decision"), h("ol", { class: "sl-ar-own" }, ...own.map(line))];
}

/** "same person, moderate support". */
export function said(decision) {
  const words = VERDICTS.find((each) => each.name === decision.verdict)?.words ?? decision.verdict;
  return decision.confidence ? `${words}, ${decision.confidence} support` : words;
}

function noted(features) {
  const groups = ["agree", "differ", "cannot see"].map((opinion) => [opinion, Object.keys(features).filter((name) => features[name] === opinion)]);
  const words = groups.filter(([, names]) => names.length).map(([opinion, names]) => `${opinion}: ${names.join(", ")}`);
  return words.join("; ") || "no feature noted";
}
