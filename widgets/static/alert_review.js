/**
 * AlertReview: one pair after the other, judged blind, then shown with everything that is known. The page holds nothing that
 * Python did not choose to send: before the first look is on disk, that is pictures alone.
 */
import { clipLink } from "./clip_link.js";
import { clipStage } from "./clip_stage.js";
import { freshId, h, setHidden, setText } from "./dom.js";
import { pairOf, pictureUrls } from "./picture_urls.js";
import { afterPanel } from "./review_after.js";
import { closerLook } from "./review_compare.js";
import { draftRoom } from "./review_drafts.js";
import { formPanel, missing } from "./review_form.js";
import { keyHelp, listenToKeys } from "./review_keys.js";
import { refusal, reviewLink } from "./review_link.js";
import { picturesPanel } from "./review_pictures.js";
import { queuePanel } from "./review_queue.js";
import { followLayout } from "./theme.js";
import { unsavedBanner, unsavedWords } from "./unsaved_banner.js";

function render({ model, el }) {
  const about = model.get("about");
  const state = { queue: { todo: [], done: [], gone: "" }, current: null, again: false, refused: "", link: { unsaved: 0, tokens: [] } };
  const [drafts, pairs, urls] = [draftRoom(about.home), new Map(), pictureUrls()];
  const spoken = h("p", { class: "sl-spoken", role: "status", "aria-live": "polite" });
  const banner = unsavedBanner("sl-ar", () => link.again());
  const where = h("p", { class: "sl-ar-where" });
  const empty = h("p", { class: "sl-ar-empty" });
  const closer = closerLook({ pair: () => pairs.get(state.current), say, toggled: putCloser });
  const pictures = picturesPanel(closer.button);
  const stage = clipStage({ moved() {}, stills: (clip, then) => clips.stills(clip, then), retry: () => clips.open({ token: state.current }) });
  const clips = clipLink(model, stage.coming);
  const footage = h("button", { type: "button", class: "sl-ar-small", "aria-expanded": "false", onclick: toggleClip }, "The footage around it ", h("kbd", {}, "w"));
  const clip = h("div", { class: "sl-ar-clip", tabindex: "0", role: "group", "aria-label": "The footage around this face", hidden: true, onkeydown: clipKeys });
  const form = formPanel(about, { changed: say, edited: drafts.keep, save, beside: banner.beside() });
  const after = afterPanel({ again: changeMind, next: () => move(1), beside: banner.beside() });
  const queue = queuePanel({ open, wanted: (tokens) => link.send({ kind: "faces", tokens }) });
  const help = keyHelp();
  const work = h("div", { class: "sl-ar-work" }, h("div", {}, pictures.el, h("div", { class: "sl-ar-footage" }, footage), clip), h("div", { class: "sl-ar-side" }, form.table, after.el), form.answer);
  const main = h("div", { class: "sl-ar-main" }, empty, work);
  const body = h("div", { class: "sl-ar-body" }, queue.el, main);
  const title = h("div", { class: "sl-ar-title", role: "heading", "aria-level": "3", id: freshId("review") }, about.title);
  const head = h("header", {}, h("div", {}, title, where), help.button);
  const root = h("section", { class: "sl-widget sl-ar", tabindex: "0", "aria-labelledby": title.id }, head, banner.el, help.el, body, spoken);
  el.replaceChildren(root);
  const link = reviewLink(model, about.home, { heard, changed: linkChanged });

  function say(words) {
    setText(spoken, words);
  }
  function unsaved(token) {
    return state.link.tokens.includes(token);
  }

  function heard(message, buffers) {
    const hear = { queue: hearQueue, faces: hearFaces, pair: hearPair, saved: hearSaved, refused: hearRefused }[message.kind];
    hear?.(message, buffers);
    paint();
  }
  function hearQueue(message) {
    if (!message.todo) return;
    state.queue = { todo: message.todo, done: message.done, gone: message.gone };
    if (!state.current && message.todo.length) open(message.todo[0]);
    else if (state.current) refresh(state.current);
    root.dataset.ready = "true";
  }
  /** What became of a pair that is open: its standing may have moved. */
  function refresh(token) {
    const done = state.queue.done.find((each) => each.token === token);
    const pair = pairs.get(token);
    const elsewhere = pair && !pair.after && !unsaved(token); // judged in another place by the same person
    const moved = pair?.after?.kind === "alert" && done?.words !== pair.after.standing;
    if (done && (elsewhere || moved)) link.send({ kind: "open", token });
  }
  function hearFaces(message, buffers) {
    message.tokens.forEach((token, k) => queue.face(token, urls.of(buffers[k])));
  }
  function hearPair(message, buffers) {
    pairs.set(message.token, { ...pairOf(message, buffers, urls, "of the footage"), after: message.after, saved: "" });
    if (message.token === state.current) show();
  }
  function hearSaved(message, buffers) {
    drafts.forget(message.token);
    const pair = pairs.get(message.token) ?? { faces: [], references: [] };
    pairs.set(message.token, { ...pair, after: message.after, candidates: buffers.map(urls.of), saved: message.recorded });
    say(`saved ${message.recorded}`);
    if (message.token === state.current) {
      Object.assign(state, { again: false, refused: "" });
      show();
    }
    link.news();
  }
  function hearRefused(message) {
    if (["clip", "range", "stills"].includes(message.of)) return; // the clip says so itself
    state.refused = refusal(message);
    if (message.of === "faces") queue.forget();
    if (message.stale) link.send({ kind: "open", token: message.token }); // judged in another window: shown as it was saved
  }
  function linkChanged(now) {
    state.link = now;
    paint();
  }

  function toggleClip() {
    const inside = root.contains(document.activeElement); // what is hidden would drop the focus into Lab's command mode
    setHidden(clip, !clip.hidden);
    footage.setAttribute("aria-expanded", String(!clip.hidden));
    stage.pause();
    if (clip.hidden || !state.current) return inside && root.focus({ preventScroll: true });
    clip.replaceChildren(stage.el);
    clips.open({ token: state.current });
    clip.focus();
    clip.scrollIntoView({ block: "nearest" });
  }
  function closeClip() {
    if (!clip.hidden) toggleClip();
  }
  /** Keys that move within the clip, while it has the focus; all others are the review's. */
  function clipKeys(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || !/^([ ,.+-]|Arrow(Left|Right)|Home|End)$/.test(key)) return;
    const mine = target.matches("select, input[type=range]") || (key === " " && target.matches("button, input"));
    if (!mine && stage.press(key)) event.preventDefault();
    event.stopPropagation();
  }
  function open(token) {
    if (token !== state.current) closeClip();
    Object.assign(state, { current: token, again: false, refused: "" });
    closer.close();
    if (pairs.has(token)) show();
    else link.send({ kind: "open", token });
    paint();
    queue.seek(token);
  }
  function order() {
    return [...state.queue.todo, ...state.queue.done.map((each) => each.token)];
  }
  function move(by) {
    const all = order();
    const at = all.indexOf(state.current);
    const judged = at >= state.queue.todo.length;
    if (by > 0 && judged && state.queue.todo.length) return open(state.queue.todo[0]); // from what is done to what is left
    const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
    if (next && next !== state.current) open(next);
  }
  function putCloser(open) {
    if (open) main.append(closer.el);
    else closer.el.remove();
    paint();
    if (!open) root.focus({ preventScroll: true });
  }
  /** Begins a second decision; while one is being made, keeps the first. */
  function changeMind() {
    if (keepMind()) return;
    if (pairs.get(state.current)?.after?.kind !== "alert" || unsaved(state.current)) return;
    const last = pairs.get(state.current).after.decisions.at(-1);
    const draft = drafts.of(state.current);
    if (!Object.keys(draft.features).length) Object.assign(draft.features, last.features); // what was seen is still seen
    state.again = true;
    show();
    say("change your mind: a second decision, beside the first");
  }
  /** Back to what was decided; whether a second decision was being made. */
  function keepMind() {
    if (!state.again || unsaved(state.current)) return false;
    state.again = false;
    show();
    say("your decision stands");
    return true;
  }
  function show() {
    const pair = pairs.get(state.current);
    if (!pair) return;
    pictures.show(pair.faces, pair.references);
    form.open(drafts.of(state.current));
    if (pair.after) after.show(pair.after, pair.candidates, pair.saved, state.queue.todo.length);
    paint();
  }
  function save() {
    const pair = pairs.get(state.current);
    if (!pair || unsaved(state.current) || (pair.after && !state.again)) return;
    const draft = drafts.of(state.current);
    const lacks = missing(draft);
    if (lacks.length) return say(`not saved: still needed: ${lacks.join(", ")}`);
    state.refused = "";
    if (root.contains(document.activeElement)) root.focus({ preventScroll: true }); // what is locked would lose it to the page
    const known = pair.after?.decisions?.length ?? 0; // one more that was made in another window is not superseded unseen
    link.decide({ token: state.current, ...draft, features: { ...draft.features }, known });
    say("not saved yet");
  }

  function paint() {
    queue.paint(state.queue, state.current, state.link.tokens);
    const pair = pairs.get(state.current);
    const judged = Boolean(pair?.after) && !state.again;
    setHidden(work, !pair || closer.shown());
    setHidden(after.el, !pair?.after);
    after.changing(state.again);
    form.hide(!pair || judged);
    form.lock(unsaved(state.current));
    setHidden(empty, Boolean(pair));
    setText(empty, emptyWords());
    setText(where, place(pair));
    root.dataset.state = !pair ? "empty" : state.again ? "again" : pair.after ? "after" : "blind";
    banner.paint(bannerWords(), state.link, state.refused);
  }
  function emptyWords() {
    if (state.current || !root.dataset.ready) return "Waiting for Python…";
    if (state.queue.gone) return `Nothing left to judge. ${state.queue.gone}`;
    return state.queue.done.length ? "Nothing left to judge; choose a pair that you judged." : "Nothing to judge: no alert is open for you in this case.";
  }
  function place(pair) {
    if (!state.current) return about.reviewer;
    const at = state.queue.todo.indexOf(state.current);
    const left = at >= 0 ? `pair ${at + 1} of ${state.queue.todo.length} · ` : "";
    if (!pair?.after) return `${left}${about.reviewer} · first look: score and name stay hidden until you have judged`;
    return `${about.reviewer} · ${state.again ? "second decision: the first one stays beside it" : "judged; everything is shown"}`;
  }
  function bannerWords() {
    const { silent } = state.link;
    const waiting = unsavedWords(state.link, "decision", "decisions", "what you wrote is still there");
    if (waiting) return waiting;
    if (state.refused) return `⚠ ${state.refused}`;
    return silent ? "Python does not answer: it is busy, stopped or restarting. What you decide now is not saved until it does." : "";
  }

  function leaving(event) {
    if (drafts.begun().some((token) => !unsaved(token))) event.preventDefault(); // the browser asks whether to leave
  }
  globalThis.addEventListener?.("beforeunload", leaving);
  const unlisten = listenToKeys(root, {
    press: (key) => !root.dataset.state.startsWith("after") && !unsaved(state.current) && form.press(key),
    enter: () => (root.dataset.state === "after" ? move(1) : save()),
    move,
    face: (by) => pictures.step(0, by),
    reference: (by) => pictures.step(1, by),
    zoom: pictures.zoom,
    closer: closer.open,
    again: changeMind,
    keep: keepMind,
    reason: () => form.reason.focus(),
    help: help.toggle,
    clip: toggleClip,
  });
  const unfollow = followLayout(el, root);
  paint();
  link.start();
  return () => {
    globalThis.removeEventListener?.("beforeunload", leaving);
    link.stop();
    queue.stop();
    banner.stop();
    stage.close();
    clips.stop();
    closer.end();
    unlisten();
    unfollow();
    urls.close();
  };
}

export default { render };
