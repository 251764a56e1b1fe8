/**
 * LiveBoard: cameras on the left, alerts on the right, the alert that is open below. Faces are blurred before they get here.
 * An alert shows no name and no score until the officer has answered; an answer counts once Python has said that it is on disk.
 */
import { freshId, h, setHidden, setText } from "./dom.js";
import { alertList } from "./live_alerts.js";
import { answerPanel } from "./live_answer.js";
import { cameraWall } from "./live_cameras.js";
import { outcomePanel } from "./live_outcome.js";
import { bell } from "./live_sound.js";
import { pairOf, pictureUrls } from "./picture_urls.js";
import { afterPanel } from "./review_after.js";
import { refusal, reviewLink } from "./review_link.js";
import { picturesPanel } from "./review_pictures.js";
import { followLayout } from "./theme.js";
import { unsavedWords } from "./unsaved_banner.js";
import { plural } from "./words.js";

const FIRST = "Is this the person in the reference picture? Name and score stay hidden until you have answered.";
const SECOND = "A second answer, beside the first one; c or Esc keeps the first.";
const DEAF = 4000; // ms without a report after which the board says that it is not live

function render({ model, el }) {
  const about = model.get("about");
  const state = { alerts: [], current: null, again: false, refused: "", status: null, offset: 0, heard: Date.now(), link: { unsaved: 0, tokens: [] } };
  const [pairs, drafts, outcomes, urls] = [new Map(), new Map(), new Map(), pictureUrls()]; // drafts: of answers; outcomes: drafts of outcomes
  const known = new Set();
  const loud = h("p", { class: "sl-spoken", role: "alert", "aria-live": "assertive" });
  const quiet = h("p", { class: "sl-spoken", role: "status", "aria-live": "polite" });
  const banner = h("div", { class: "sl-banner sl-ar-banner", role: "status", "aria-live": "polite", hidden: true });
  const sound = bell();
  const counts = h("p", { class: "sl-ar-where" });
  const end = h("button", { type: "button", class: "sl-ar-small", onclick: askEnd, onblur: keepOn, onkeydown: keyAtEnd }, "End the deployment");
  const wall = cameraWall(about.cameras, { seen: (camera) => link.send({ kind: "seen", camera }), learn: (camera) => link.send({ kind: "learn", camera }) });
  const list = alertList({ open });
  const pictures = picturesPanel();
  const answer = answerPanel(about, { save, say });
  const after = afterPanel({ again: changeMind, next });
  const outcome = outcomePanel(about, { report });
  const asked = h("p", { class: "sl-lb-asked" });
  const work = h("div", { class: "sl-lb-work", hidden: true }, h("div", {}, asked, pictures.el), h("div", { class: "sl-lb-side" }, answer.el, after.el, outcome.el));
  const title = h("div", { class: "sl-ar-title", role: "heading", "aria-level": "3", id: freshId("live") }, about.title);
  const head = h("header", {}, h("div", {}, title, counts), h("div", { class: "sl-lb-tools" }, sound.button, end));
  const root = h("section", { class: "sl-widget sl-ar sl-lb", tabindex: "0", "aria-labelledby": title.id }, head, banner, h("div", { class: "sl-lb-body" }, wall.el, list.el), work, loud, quiet);
  el.replaceChildren(root);
  const link = reviewLink(model, about.home, { heard, changed: linkChanged });

  function say(words) {
    setText(quiet, words);
  }
  function heard(message, buffers, sent) {
    const hear = { queue: hearQueue, fresh: hearFresh, health: hearHealth, picture: hearPicture, pair: hearPair, saved: hearSaved, refused: hearRefused }[message.kind];
    hear?.(message, buffers, sent);
    if (message.kind !== "picture") paint();
  }
  /** Whether the list of alerts has come. */
  function listed() {
    return root.dataset.ready === "true";
  }
  function hearQueue(message) {
    state.offset = Date.parse(message.now) - Date.now();
    if (!message.alerts) return;
    const first = !listed();
    const fresh = unknown(message.alerts);
    state.alerts = message.alerts;
    root.dataset.ready = "true";
    if (fresh.length) arrive(fresh, first);
    const mine = current();
    if (mine && pairs.get(state.current)?.after && pairs.get(state.current).after.standing !== mine.standing) link.send({ kind: "open", token: state.current });
  }
  /** Alerts that were just raised; a page that does not know all before them asks for the whole list by itself. */
  function hearFresh(message) {
    if (!listed()) return;
    const [, said] = (link.mark() ?? "").split("/");
    if (message.before === state.alerts.length && message.mark.split("/")[1] === said) link.marked(message.mark);
    const fresh = unknown(message.alerts);
    state.alerts = [...state.alerts, ...fresh];
    if (fresh.length) arrive(fresh, false);
  }
  function unknown(alerts) {
    const fresh = alerts.filter((each) => !known.has(each.token));
    fresh.forEach((each) => known.add(each.token));
    return fresh;
  }
  /** New alerts are said and heard; the oldest that waits opens if nobody is at another one, which includes one that still wants its outcome. */
  function arrive(fresh, first) {
    const waiting = fresh.filter((each) => !each.verdict);
    if (!waiting.length) return;
    const last = waiting.at(-1);
    if (!first) {
      sound.ring();
      setText(loud, `New alert at ${last.camera}, ${timeOf(last)}: is this the person in the reference picture? ${waiting.length > 1 ? `${waiting.length} new alerts.` : ""}`);
    }
    if (!busy()) next();
  }
  /** Whether the alert that is open still wants something of the officer, or has an outcome that is being written. */
  function busy() {
    const mine = current();
    if (!mine) return false;
    return !mine.verdict || state.again || outcomes.get(mine.token)?.begun || (mine.settled && !mine.outcome);
  }
  function hearHealth(message) {
    state.heard = Date.now();
    state.offset = Date.parse(message.now) - Date.now();
    state.status = message.status ?? { ...state.status, trouble: `The deployment cannot be read: ${message.words}` };
    wall.health(state.status.cameras ?? [], state.status.running === false ? state.status.why : "");
  }
  function hearPicture(message, buffers) {
    wall.picture(message.camera, buffers[0]);
    root.dataset.pictures = String(Number(root.dataset.pictures ?? 0) + 1);
  }
  function hearPair(message, buffers) {
    pairs.set(message.token, { ...pairOf(message, buffers, urls, "at the camera"), after: message.after, saved: "" });
    if (message.token === state.current) show();
  }
  function hearSaved(message, buffers, sent) {
    (sent?.result ? outcomes : drafts).delete(message.token);
    pairs.set(message.token, { ...pairs.get(message.token), after: message.after, candidates: buffers.map(urls.of), saved: message.recorded });
    say(`saved ${message.recorded}`);
    if (message.token === state.current) {
      Object.assign(state, { again: false, refused: "" });
      show();
    }
    link.news();
  }
  function hearRefused(message) {
    state.refused = refusal(message);
  }
  function linkChanged(now) {
    state.link = now;
    paint();
  }

  function current() {
    return state.alerts.find((each) => each.token === state.current);
  }
  function draftOf(token) {
    if (!drafts.has(token)) drafts.set(token, answer.empty());
    return drafts.get(token);
  }
  function outcomeOf(token) {
    if (!outcomes.has(token)) outcomes.set(token, outcome.empty());
    return outcomes.get(token);
  }
  function open(token) {
    Object.assign(state, { current: token, again: false, refused: "" });
    if (pairs.has(token)) show();
    else link.send({ kind: "open", token });
    paint();
  }
  /** Alerts without an answer, oldest first; one whose answer is under way has its answer. */
  function waits() {
    return state.alerts.filter((each) => !each.verdict && !state.link.tokens.includes(each.token));
  }
  function next() {
    const [oldest] = waits();
    if (oldest) open(oldest.token);
    else say("no alert waits");
  }
  function changeMind() {
    state.again = true;
    drafts.delete(state.current);
    show();
  }
  /** Back to what was answered; whether a second answer was being given. */
  function keepMind() {
    if (!state.again || unsaved()) return false;
    state.again = false;
    show();
    say("your answer stands");
    return true;
  }
  function show() {
    const pair = pairs.get(state.current);
    if (!pair?.faces) return;
    pictures.show(pair.faces, pair.references);
    answer.open(draftOf(state.current));
    if (pair.after) {
      after.show(pair.after, pair.candidates, pair.saved, waits().length);
      outcome.open(outcomeOf(state.current), pair.after.outcome);
    }
    paint();
  }
  function unsaved() {
    return state.link.tokens.includes(state.current);
  }
  function save(said) {
    if (unsaved()) return;
    state.refused = "";
    if (root.contains(document.activeElement)) root.focus({ preventScroll: true });
    link.decide({ token: state.current, ...said });
    say("not saved yet");
  }
  function report(said) {
    if (unsaved()) return;
    link.decide({ token: state.current, ...said });
    say("outcome not saved yet");
  }
  /** Ends it at the second press; the first one holds until the focus leaves the button, however long the officer takes. */
  function askEnd() {
    if (end.dataset.sure === "true") return link.send({ kind: "end" });
    end.focus(); // not every browser does so by itself
    end.dataset.sure = "true";
    setText(end, "Really end it? Press again");
    say("really end the deployment? press again; Tab or Esc leaves it");
  }
  function keepOn() {
    end.dataset.sure = "";
    setText(end, "End the deployment");
  }
  /** Who types an answer meanwhile ends nothing with its Enter, and a key that is held down is no second press. */
  function keyAtEnd(event) {
    if (event.key.length === 1 && event.key !== " ") keepOn();
    if (event.key === "Enter" && event.repeat) event.preventDefault();
  }

  function now() {
    return Date.now() + state.offset;
  }
  function timeOf(alert) {
    return `${alert.raised.slice(11, 19)} UTC`;
  }
  /** A moment of this page by Python's clock: said once, where counted seconds would be said again and again. */
  function clock(moment) {
    return `${new Date(moment + state.offset).toISOString().slice(11, 19)} UTC`;
  }
  function paint() {
    const pair = pairs.get(state.current);
    const judged = Boolean(pair?.after) && !state.again;
    list.paint(state.alerts, state.current, state.link.tokens, now(), listed());
    setHidden(work, !pair?.faces);
    setHidden(answer.el, judged);
    setHidden(after.el, !judged);
    setHidden(outcome.el, !judged);
    answer.lock(unsaved());
    outcome.lock(unsaved());
    after.leave(waits().length);
    const mine = current();
    setText(asked, mine ? `${mine.camera}, ${timeOf(mine)}. ${judged ? "" : state.again ? SECOND : FIRST}` : "");
    const status = state.status;
    setText(counts, status ? `${about.officer} · deployment ${about.deployment}, ${status.running ? `until ${status.until.slice(11, 16)} UTC` : `ended: ${status.why}`} · ${plural(status.faces, "face", "faces")} seen · ${plural(status.alerts, "alert", "alerts")} · ${status.repeats} not raised again` : about.officer);
    setHidden(end, !status?.running);
    root.dataset.state = judged ? "after" : "blind";
    paintBanner();
  }
  function paintBanner() {
    const words = bannerWords();
    const bad = state.link.unsaved || state.status?.trouble || Date.now() - state.heard > DEAF || (state.status && !state.status.running);
    banner.dataset.kind = bad ? "unsaved" : "quiet";
    setHidden(banner, !words);
    setText(banner, words);
  }
  function bannerWords() {
    const { unsaved: count, silent } = state.link;
    const said = [];
    if (count) said.push(unsavedWords(state.link, "answer", "answers", "then answer once more"));
    if (state.refused) said.push(`⚠ ${state.refused}`);
    if (state.status && !state.status.running) said.push(`⚠ NOT LIVE: the deployment has ended (${state.status.why}). Nobody is recognised any more.`);
    else if (Date.now() - state.heard > DEAF) said.push(`⚠ NOT LIVE: nothing was heard of the deployment since ${clock(state.heard)}. Its kernel is stopped, busy or restarting.`);
    else if (silent && !count) said.push(listed() ? "Python is busy: alerts arrive, but answers wait." : "Python is busy: the list of alerts comes when it is done.");
    if (state.status?.trouble) said.push(`⚠ ${state.status.trouble}`);
    return said.join(" ");
  }

  function keys(event) {
    const typing = event.target.matches("textarea, input[type=text]");
    if (event.altKey || event.isComposing || ((event.ctrlKey || event.metaKey) && event.key !== "Enter")) return;
    if (typing && !(event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey)))) return;
    if (press(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }
  function press(event) {
    const typing = event.target.matches("textarea, input[type=text]");
    if (event.key === "Escape") return (typing || !keepMind()) && root.focus(), true;
    if (event.key === "c" && keepMind()) return true;
    if (event.key === "z" || event.key === "Z") return pictures.zoom(event.key === "z" ? 1 : -1), true;
    if (root.dataset.state === "blind" && state.current && !unsaved()) return answer.press(event);
    if (root.dataset.state !== "after" || event.target.matches("button, input")) return false;
    if (event.key === "Enter") return next(), true;
    return event.key === "c" ? (changeMind(), true) : false;
  }
  root.addEventListener("keydown", keys);
  const unfollow = followLayout(el, root);
  const ticking = setInterval(() => (wall.tick(), paint()), 500);
  paint();
  link.start();
  return () => {
    clearInterval(ticking);
    link.stop();
    sound.close();
    unfollow();
    wall.close();
    urls.close();
  };
}

export default { render };
