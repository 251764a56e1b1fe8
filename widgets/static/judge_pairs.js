/** JudgePairs: one pair after the other, twice, then what the verdicts come to. The truth is not in this page before that. */
import { freshId, h, setHidden, setText } from "./dom.js";
import { asLearner } from "./learner.js";
import { lessonBanner } from "./lesson_banner.js";
import { pictureUrls } from "./picture_urls.js";
import { refusal, reviewLink } from "./review_link.js";
import { resultsPanel } from "./judge_results.js";
import { followLayout } from "./theme.js";

const KEYS = ["1", "2", "3"];
const WORDS = { same: "same person", different: "different people", "cannot tell": "cannot tell" };
const TIMES = { look: 4000, patience: 8000, again: 8000 }; // ms: the first score takes a moment

function render({ model, el }) {
  const about = model.get("about");
  const state = { done: null, results: null, shown: null, began: [false, false], refused: "", link: { unsaved: 0, tokens: [] } };
  const urls = pictureUrls();
  const spoken = h("p", { class: "sl-spoken", role: "status", "aria-live": "polite" });
  const title = h("div", { class: "sl-ls-title", role: "heading", "aria-level": "2", id: freshId("pairs") }, "Ten pairs");
  const where = h("p", { class: "sl-ls-score" }, "Waiting for Python…");
  const banner = lessonBanner(() => link.again());
  const start = h("button", { type: "button", class: "sl-primary", onclick: begin }, "Begin");
  const intro = h("div", { class: "sl-ls-end", hidden: true }, h("p", {}), h("div", {}, start));
  const pictures = [h("img", { alt: "reference" }), h("img", { alt: "later picture" })];
  const score = h("p", { class: "sl-ls-pair-score", hidden: true });
  const buttons = about.verdicts.map((verdict, k) => h("button", { type: "button", class: "sl-ls-verdict", onclick: () => judge(verdict) }, h("kbd", {}, KEYS[k]), ` ${WORDS[verdict]}`));
  const figures = pictures.map((image, k) => h("figure", {}, h("figcaption", {}, k ? "later picture" : "reference"), image));
  const pair = h("div", { class: "sl-ls-pair", hidden: true }, h("div", { class: "sl-ls-two" }, ...figures), score, h("div", { class: "sl-ls-verdicts", role: "group", "aria-label": "Verdict" }, ...buttons));
  const moment = h("p", { class: "sl-ls-end", role: "status", hidden: true }, "One moment: the pair comes…");
  const results = resultsPanel({ again: () => link.decide({ what: "again", token: "again" }), open: (id) => link.send({ kind: "open", pair: id }) });
  const root = h("section", { class: "sl-ls sl-widget", tabindex: "-1", "aria-labelledby": title.id, onkeydown: pressed }, h("header", {}, title, where), h("p", { class: "sl-ls-soft" }, "Generated people: nobody here exists."), banner.el, intro, moment, pair, results.el, spoken);
  el.replaceChildren(root);
  const line = asLearner(model);
  const link = reviewLink(line, about.home, { heard, changed }, TIMES);

  /** Look and place of the next pair, as Python counts them. */
  function look() {
    return state.done[0] < about.pairs ? 0 : 1;
  }
  function begin() {
    state.began[look()] = true;
    link.send({ kind: "open" });
    root.focus({ preventScroll: true });
    paint();
  }
  function judge(verdict) {
    if (!state.shown || state.link.unsaved) return;
    const { look: at, place } = state.shown;
    link.decide({ verdict, look: at, place, token: `${at} ${place}` });
  }
  function pressed(event) {
    const at = KEYS.indexOf(event.key);
    if (at < 0 || pair.hidden || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    judge(about.verdicts[at]);
  }
  function heard(message, buffers) {
    if (message.kind === "refused") state.refused = refusal(message);
    if (message.kind === "pair") message.look === null ? results.picture(message.pair, buffers.map(urls.of)) : show(message, buffers);
    if (message.done) hearProgress(message);
    paint();
  }
  function hearProgress({ kind, done, results: all }) {
    const before = state.done && state.done[0] + state.done[1];
    const now = done[0] + done[1];
    Object.assign(state, { done, results: all, refused: "" });
    if (now === 0) state.began = [false, false];
    if (before !== now) state.shown = null;
    root.dataset.ready = "true";
    root.dataset.judged = String(now);
    if (kind === "saved" && !all && state.began[look()]) link.send({ kind: "open" });
    if (all) results.show(all);
    if (kind === "saved") setText(spoken, all ? "All pairs are judged; the results are below." : `kept, ${now} of ${2 * about.pairs}`);
  }
  function show(message, buffers) {
    state.shown = message;
    const [one, other] = buffers.map(urls.of);
    pictures[0].src = one;
    pictures[1].src = other;
    const said = message.score;
    setHidden(score, !said);
    if (said) score.replaceChildren("The pack says ", h("b", {}, said.value), `; the line is at ${said.line}: `, h("b", {}, said.alert ? "▲ alert" : "▽ no alert"));
  }
  function paint() {
    banner.paint(state.link, state.refused);
    if (!state.done) return;
    const at = look();
    const judging = !state.results && state.began[at];
    setHidden(intro, Boolean(state.results) || state.began[at]);
    setHidden(pair, !judging || !state.shown);
    setHidden(moment, !judging || Boolean(state.shown));
    setHidden(results.el, !state.results);
    buttons.forEach((button) => (button.disabled = state.link.unsaved > 0));
    const count = state.done[at];
    setText(where, state.results ? "both looks done" : `${at ? "second look, with the score" : "first look, blind"} · pair ${Math.min(count + 1, about.pairs)} of ${about.pairs}`);
    const words = at
      ? "All ten are judged. Now the same ten in another order, this time with what the pack says. What is true you learn afterwards."
      : "Is it one person or are they two? Judge ten pairs from the pictures alone. Compare one feature after the other: brows, eyes, nose, mouth, ears, moles. “Cannot tell” is an answer.";
    setText(intro.firstChild, count ? `You have judged ${count} of ${about.pairs}. ${words}` : words);
    setText(start, count ? "Go on" : at ? "Begin the second look" : "Begin the first look");
  }
  function changed(now) {
    state.link = now;
    paint();
  }

  const unfollow = followLayout(el, root);
  link.start();
  return () => {
    link.stop();
    unfollow();
    urls.close();
  };
}

export default { render };
