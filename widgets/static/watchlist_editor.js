/**
 * WatchlistEditor: a list edited, reviewed and answered for. What is changed stays on the page as differences until Python
 * has made a new version of it; whoever was faster is shown, and nothing that was typed is lost.
 */
import { freshId, h, setHidden, setText } from "./dom.js";
import { editorBanner } from "./editor_banner.js";
import { editorChanges } from "./editor_changes.js";
import { peoplePanel } from "./editor_people.js";
import { personPanel } from "./editor_person.js";
import { findingsPanel } from "./editor_review.js";
import { savingPanel } from "./editor_saving.js";
import { editsOf, entryOf, lineup, peopleOf, rebased } from "./editor_state.js";
import { editorTabs } from "./editor_tabs.js";
import { versionsPanel } from "./editor_versions.js";
import { pictureUrls } from "./picture_urls.js";
import { refusal, reviewLink } from "./review_link.js";
import { followLayout } from "./theme.js";

const PEOPLE = "People";

function render({ model, el }) {
  const about = model.get("about");
  const state = { told: null, edits: new Map(), clashes: [], lost: [], current: "", tab: PEOPLE, latest: 0, how: "", link: { unsaved: 0 }, refused: "", stale: false, saved: "" };
  const [pictures, urls] = [new Map(), pictureUrls()];
  const locked = () => state.link.unsaved > 0;
  const spoken = h("p", { class: "sl-spoken", role: "status", "aria-live": "polite" });
  const title = h("div", { class: "sl-we-title", role: "heading", "aria-level": "3", id: freshId("editor") }, about.title);
  const where = h("p", { class: "sl-we-soft" });
  const banner = editorBanner({ again: () => link.again(), newest: () => openVersion(state.latest) });
  const changes = editorChanges(state, { changed: paint, say, judge: (photo, content) => link.send({ kind: "photo", ...photo }, [content]) });
  const people = peoplePanel({ choose, add: addPerson, wanted: (subjects) => link.send({ kind: "faces", version: state.told.version, subjects }) });
  const person = personPanel({ ...changes, out: () => locked() || changes.out() });
  const findings = findingsPanel((subject) => (turn(PEOPLE), choose(subject), person.focus()));
  const versions = versionsPanel({ open: openVersion, diff: (old, now) => link.send({ kind: "diff", old, new: now }), decide });
  const tabs = editorTabs({ [PEOPLE]: h("div", { class: "sl-we-body" }, people.el, person.el), Review: findings.el, Versions: versions.el }, turn);
  const saving = savingPanel({ locked, save: saveIt, lacks: (words) => say(`not saved: still needed: ${words.join("; ")}`), undo, beside: banner.beside() });
  const said = h("p", { class: "sl-we-good", role: "status" });
  const empties = h("p", { class: "sl-we-empty" }, "Waiting for Python…");
  const work = h("div", { hidden: true }, ...tabs.els, saving.el);
  const root = h("section", { class: "sl-widget sl-we", tabindex: "0", "aria-labelledby": title.id }, h("header", {}, h("div", {}, title, where)), banner.el, said, empties, work, spoken);
  el.replaceChildren(root);
  const link = reviewLink(model, about.home, { heard, changed: (now) => ((state.link = now), paint()) });

  function heard(message, buffers, sent) {
    ({ news: hearNews, list: hearList, faces: hearFaces, person: hearPerson, judged: hearJudged, diff: versions.showDiff, saved: hearSaved, refused: hearRefused })[message.kind]?.(message, buffers, sent);
    paint();
  }
  function hearNews(message) {
    if (!("latest" in message)) return;
    const moved = state.latest === message.latest && state.told;
    Object.assign(state, { latest: message.latest, how: message.how });
    if (!state.told || (moved && state.told.version === message.latest && !state.edits.size)) openVersion(null); // an approval by somebody else
  }
  function hearList(message) {
    const before = state.told;
    state.told = message;
    if (before && before.version !== message.version) {
      const moved = rebased(state.edits, before.entries, message.entries, message.fields);
      Object.assign(state, { edits: moved.edits, clashes: moved.clashes, lost: [...state.lost, ...moved.lost], stale: false, refused: state.stale ? "" : state.refused });
      pictures.clear();
      people.forget();
    }
    state.latest = Math.max(state.latest, message.version, ...message.versions.map((each) => each.version));
    if (!state.current || !changes.exists(state.current)) state.current = message.entries[0]?.subject ?? "";
    setHidden(work, false);
    setHidden(empties, true);
    root.dataset.ready = "true";
    root.dataset.version = String(message.version);
    if (state.current) ask(state.current);
  }
  function hearFaces(message, buffers) {
    message.subjects.forEach((subject, k) => people.face(subject, urls.of(buffers[k])));
    people.more();
  }
  function hearPerson(message, buffers) {
    if (message.version !== state.told?.version) return;
    pictures.set(message.subject, message.images.map((image, k) => ({ ...image, url: urls.of(buffers[k]) })));
  }
  function hearJudged(message, buffers) {
    changes.judged(message.key, { ...message, url: urls.of(buffers[0]) });
    say(message.accepted ? `${message.file} is accepted` : `${message.file} is rejected: ${message.words}`);
  }
  function hearSaved(message, _buffers, sent) {
    if (sent?.kind === "save") {
      state.edits.clear();
      Object.assign(state, { clashes: [], lost: [] });
      saving.because("");
    } else versions.done();
    Object.assign(state, { saved: message.words, refused: "", stale: false });
    say(message.words);
    openVersion(sent?.kind === "save" ? message.version : state.told?.version ?? null);
    link.news();
  }
  function hearRefused(message, _buffers, sent) {
    if (message.of === "photo") return changes.judged(message.key, { accepted: false, words: message.words });
    Object.assign(state, { refused: refusal(message), stale: Boolean(message.stale) });
    if (!state.told) empties.textContent = message.words;
    if (sent?.kind === "save" && !state.edits.size && state.told) {
      state.edits = editsOf(sent.people, state.told.entries); // of an earlier kernel's widget: what it could not save is here again
      saving.because(sent.reason, { kept: true });
    }
    link.news();
  }

  function say(words) {
    setText(spoken, words);
  }
  function openVersion(version) {
    link.send({ kind: "open", version });
  }
  function turn(name) {
    state.tab = name;
    paint();
  }
  function choose(subject) {
    state.current = subject;
    ask(subject);
    paint();
  }
  function ask(subject) {
    if (changes.editOf(subject).isNew) pictures.set(subject, []);
    else if (!pictures.has(subject)) link.send({ kind: "person", version: state.told.version, subject });
  }
  function addPerson(subject) {
    if (!changes.exists(subject)) {
      pictures.set(subject, []);
      changes.add(subject);
    }
    choose(subject);
    person.focus();
  }
  function undo() {
    state.edits.clear();
    Object.assign(state, { clashes: [], lost: [], refused: "" });
    if (!changes.exists(state.current)) state.current = state.told.entries[0]?.subject ?? "";
    if (state.current) ask(state.current);
    paint();
  }
  function saveIt(reason) {
    Object.assign(state, { refused: "", saved: "" });
    link.write({ kind: "save", version: state.told.version, people: peopleOf(state.edits), reason });
    say("not saved yet");
  }
  function decide(version, approved, why) {
    Object.assign(state, { refused: "", saved: "" });
    link.write({ kind: "approve", version, approved, reason: why });
    say("not saved yet");
  }

  function paint() {
    banner.paint(state);
    setText(said, state.saved ? `✓ ${state.saved}` : "");
    setHidden(said, !state.saved);
    if (!state.told) return;
    const { version, versions: every } = state.told;
    const stands = every.find((each) => each.version === version)?.approval ?? "";
    setText(where, `case ${about.case} · ${about.reviewer} · version ${version}${version === state.latest ? ", the newest" : `; the newest is ${state.latest}`} · ${stands}`);
    tabs.paint(state.tab);
    people.show(lineup(state), state.current);
    if (state.current) paintPerson(state.current);
    setHidden(person.el, !state.current);
    findings.show(state.told);
    versions.show(state.told, locked(), state.edits.size);
    saving.paint(state);
  }
  function paintPerson(subject) {
    const { told } = state;
    const found = told.findings.filter((each) => each.subjects.includes(subject));
    const clashes = state.clashes.filter((each) => each.subject === subject);
    person.show(told.fields, entryOf(told, subject), changes.editOf(subject), { pictures: pictures.get(subject), found, clashes, locked: locked() || told.version !== state.latest });
  }
  function leaving(event) {
    if (state.edits.size) event.preventDefault(); // the browser asks whether to leave: something is not saved
  }
  const unfollow = followLayout(el, root);
  globalThis.addEventListener("beforeunload", leaving);
  paint();
  link.start();
  return () => {
    link.stop();
    banner.stop();
    unfollow();
    globalThis.removeEventListener("beforeunload", leaving);
    urls.close();
  };
}

export default { render };
