/**
 * WatchlistEditor: a list edited, reviewed and answered for. What is changed stays on the page as differences until Python
 * has made a new version of it; whoever was faster is shown, and nothing that was typed is lost.
 */
import { freshId, h, setHidden, setText } from "./dom.js";
import { peoplePanel } from "./editor_people.js";
import { personPanel, replace } from "./editor_person.js";
import { findingsPanel } from "./editor_review.js";
import { blankEntry, changeLines, editsOf, empty, noEdit, peopleOf, problems, rebased, withField } from "./editor_state.js";
import { versionsPanel } from "./editor_versions.js";
import { freshKey, reviewLink } from "./review_link.js";
import { followLayout } from "./theme.js";

const TABS = ["People", "Review", "Versions"];

function render({ model, el }) {
  const about = model.get("about");
  const state = { told: null, edits: new Map(), clashes: [], lost: [], current: "", tab: TABS[0], latest: 0, how: "", link: { unsaved: 0 }, refused: "", stale: false, saved: "", waiting: null };
  const [pictures, urls] = [new Map(), []];
  const spoken = h("p", { class: "sl-spoken", role: "status", "aria-live": "polite" });
  const banner = h("div", { class: "sl-we-banner", role: "status", "aria-live": "polite", hidden: true });
  const title = h("div", { class: "sl-we-title", role: "heading", "aria-level": "3", id: freshId("editor") }, about.title);
  const where = h("p", { class: "sl-we-soft" });
  const tabs = TABS.map((name) => h("button", { type: "button", role: "tab", id: freshId("tab"), onclick: () => turn(name), onkeydown: tabKeys }, name));
  const people = peoplePanel({ choose, add: addPerson, wanted: (subjects) => link.send({ kind: "faces", version: state.told.version, subjects }) });
  const person = personPanel({ set, out: takeOut, without: takeImage, unadd, photos });
  const findings = findingsPanel((subject) => (turn(TABS[0]), choose(subject)));
  const versions = versionsPanel({ open: openVersion, diff: (old, now) => link.send({ kind: "diff", old, new: now }), decide });
  const panels = [h("div", { class: "sl-we-body" }, people.el, person.el), findings.el, versions.el].map((content, k) => h("div", { role: "tabpanel", "aria-labelledby": tabs[k].id }, content));
  const reasonId = freshId("reason");
  const reason = h("textarea", { id: reasonId, rows: "2", maxlength: "2000", autocomplete: "off", oninput: () => paintSave() });
  const save = h("button", { type: "button", class: "sl-primary", onclick: () => saveIt() }, "Save as a new version");
  const undo = h("button", { type: "button", onclick: () => (state.edits.clear(), (state.clashes = []), (state.lost = []), paint()) }, "Take all changes back");
  const [lacks, lines] = [h("span", { class: "sl-we-soft" }), h("ul", { class: "sl-we-changes" })];
  const saving = h("section", { class: "sl-we-saving", "aria-label": "Changes that are not saved" }, h("h4", {}, "Changes on this page, not saved"), lines, h("label", { for: reasonId }, "Reason for the new version"), reason, h("div", { class: "sl-we-save" }, save, undo, lacks));
  const said = h("p", { class: "sl-we-good", role: "status" });
  const empties = h("p", { class: "sl-we-empty" }, "Waiting for Python…");
  const work = h("div", { hidden: true }, h("div", { class: "sl-we-tabs", role: "tablist", "aria-label": "Parts of the list" }, ...tabs), ...panels, saving);
  const root = h("section", { class: "sl-widget sl-we", tabindex: "0", "aria-labelledby": title.id }, h("header", {}, h("div", {}, title, where)), banner, said, empties, work, spoken);
  el.replaceChildren(root);
  const link = reviewLink(model, about.home, { heard, changed: (now) => ((state.link = now), paint()) });

  const entryOf = (subject) => state.told.entries.find((each) => each.subject === subject) ?? blankEntry(subject, state.told.fields);
  const editOf = (subject) => state.edits.get(subject) ?? noEdit();
  const locked = () => state.link.unsaved > 0;

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
    if (!state.current || !exists(state.current)) state.current = message.entries[0]?.subject ?? "";
    setHidden(work, false);
    setHidden(empties, true);
    root.dataset.ready = "true";
    root.dataset.version = String(message.version);
    if (state.current) ask(state.current);
  }
  function exists(subject) {
    return state.edits.get(subject)?.isNew || state.told.entries.some((each) => each.subject === subject);
  }
  function hearFaces(message, buffers) {
    message.subjects.forEach((subject, k) => people.face(subject, buffers[k].byteLength ? urlOf(buffers[k]) : ""));
    people.more();
  }
  function hearPerson(message, buffers) {
    if (message.version !== state.told?.version) return;
    pictures.set(message.subject, message.images.map((image, k) => ({ ...image, url: buffers[k].byteLength ? urlOf(buffers[k]) : "" })));
  }
  function hearJudged(message, buffers) {
    const edit = editOf(message.subject);
    const judged = { ...message, token: message.key, done: true, url: buffers.length ? urlOf(buffers[0]) : "" };
    edited(message.subject, { ...edit, added: edit.added.map((each) => (each.token === message.key ? { ...each, ...judged } : each)) });
    say(message.accepted ? `${message.file} is accepted` : `${message.file} is rejected: ${message.words}`);
  }
  function hearSaved(message, _buffers, sent) {
    if (sent?.kind === "save") {
      state.edits.clear();
      Object.assign(state, { clashes: [], lost: [] });
      reason.value = "";
    } else versions.done();
    Object.assign(state, { saved: message.words, refused: "", stale: false });
    say(message.words);
    openVersion(sent?.kind === "save" ? message.version : state.told?.version ?? null);
    link.news();
  }
  function hearRefused(message, _buffers, sent) {
    if (message.of === "photo") return refusedPhoto(message);
    Object.assign(state, { refused: message.words, stale: Boolean(message.stale) });
    if (!state.told) empties.textContent = message.words;
    if (sent?.kind === "save" && !state.edits.size && state.told) {
      state.edits = editsOf(sent.people, state.told.entries); // of an earlier kernel's widget: what it could not save is here again
      reason.value ||= sent.reason;
    }
    link.news();
  }
  function refusedPhoto(message) {
    for (const [subject, edit] of state.edits) edited(subject, { ...edit, added: edit.added.map((each) => (each.token === message.key ? { ...each, done: true, accepted: false, words: message.words } : each)) });
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
  function tabKeys(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const next = tabs[(tabs.indexOf(event.target) + by + tabs.length) % tabs.length];
    event.preventDefault();
    event.stopPropagation();
    next.click();
    next.focus();
  }
  function choose(subject) {
    state.current = subject;
    ask(subject);
    paint();
  }
  function ask(subject) {
    if (editOf(subject).isNew) pictures.set(subject, []);
    else if (!pictures.has(subject)) link.send({ kind: "person", version: state.told.version, subject });
  }
  function edited(subject, edit) {
    if (empty(edit)) state.edits.delete(subject);
    else state.edits.set(subject, edit);
    state.saved = "";
    paint();
  }
  function set(name, value) {
    const subject = state.current;
    state.clashes = state.clashes.filter((each) => each.subject !== subject || each.name !== name);
    edited(subject, withField(editOf(subject), entryOf(subject), name, value));
  }
  function takeOut() {
    if (locked()) return;
    const [subject, edit] = [state.current, editOf(state.current)];
    if (edit.isNew) {
      state.edits.delete(subject);
      state.current = state.told.entries[0]?.subject ?? "";
      return paint();
    }
    edited(subject, { ...edit, out: !edit.out });
    say(edit.out ? `${subject} stays on the list` : `${subject} comes off the list when it is saved`);
  }
  function takeImage({ sha256, file }) {
    const edit = editOf(state.current);
    const there = edit.without.some((each) => each.sha256 === sha256);
    edited(state.current, { ...edit, without: there ? edit.without.filter((each) => each.sha256 !== sha256) : [...edit.without, { sha256, file }] });
  }
  function unadd(token) {
    const edit = editOf(state.current);
    edited(state.current, { ...edit, added: edit.added.filter((each) => each.token !== token) });
  }
  function addPerson(subject) {
    if (!exists(subject)) {
      pictures.set(subject, []);
      edited(subject, { ...noEdit(), isNew: true });
    }
    choose(subject);
    person.focus();
  }
  /** Photographs go to Python one by one, to be judged as an enrolment would. */
  async function photos(files) {
    const subject = state.current;
    for (const file of files) {
      const token = freshKey();
      const edit = editOf(subject);
      edited(subject, { ...edit, added: [...edit.added, { token, file: `${subject}/${file.name}`, done: false, accepted: false, words: "" }] });
      const content = await file.arrayBuffer();
      link.send({ kind: "photo", key: token, subject, name: file.name, fields: editOf(subject).fields }, [content]);
    }
  }

  function complaints() {
    const found = [...state.edits].flatMap(([subject, edit]) => Object.values(problems(entryOf(subject), edit)).map((words) => `${subject}: ${words}`));
    const waiting = [...state.edits.values()].some((edit) => edit.added.some((each) => !each.done));
    if (state.told.version !== state.latest) found.push(`this is version ${state.told.version}: changes are made to version ${state.latest}`);
    if (waiting) found.push("a photograph is still being judged");
    if (!reason.value.trim()) found.push("a reason");
    return found;
  }
  function saveIt() {
    const lacking = complaints();
    if (locked() || !state.edits.size || lacking.length) return say(`not saved: still needed: ${lacking.join("; ")}`);
    Object.assign(state, { refused: "", saved: "" });
    link.write({ kind: "save", version: state.told.version, people: peopleOf(state.edits), reason: reason.value });
    say("not saved yet");
  }
  function decide(version, approved, why) {
    Object.assign(state, { refused: "", saved: "" });
    link.write({ kind: "approve", version, approved, reason: why });
    say("not saved yet");
  }

  function paint() {
    paintBanner();
    setText(said, state.saved ? `✓ ${state.saved}` : "");
    setHidden(said, !state.saved);
    if (!state.told) return;
    const { version, versions: every } = state.told;
    const stands = every.find((each) => each.version === version)?.approval ?? "";
    setText(where, `case ${about.case} · ${about.reviewer} · version ${version}${version === state.latest ? ", the newest" : `; the newest is ${state.latest}`} · ${stands}`);
    tabs.forEach((tab, k) => (tab.setAttribute("aria-selected", String(TABS[k] === state.tab)), (tab.tabIndex = TABS[k] === state.tab ? 0 : -1), setHidden(panels[k], TABS[k] !== state.tab)));
    people.show(lineup(), state.current);
    if (state.current) person.show(state.told.fields, entryOf(state.current), editOf(state.current), { pictures: pictures.get(state.current), found: state.told.findings.filter((each) => each.subjects.includes(state.current)), clashes: state.clashes.filter((each) => each.subject === state.current), locked: locked() || version !== state.latest });
    setHidden(person.el, !state.current);
    findings.show(state.told);
    versions.show(state.told, locked(), state.edits.size);
    paintSave();
  }
  function lineup() {
    const counts = new Map();
    for (const each of state.told.findings) for (const subject of each.subjects) {
      const of = counts.get(subject) ?? { settle: 0, weigh: 0 };
      of[each.settle ? "settle" : "weigh"] += 1;
      counts.set(subject, of);
    }
    const fresh = [...state.edits].filter(([, edit]) => edit.isNew).map(([subject]) => subject);
    const word = (subject) => (state.edits.has(subject) ? (editOf(subject).out ? "taken off, not saved" : editOf(subject).isNew ? "new, not saved" : "changed, not saved") : "");
    return [...fresh, ...state.told.entries.map((each) => each.subject)].map((subject) => ({ subject, settle: 0, weigh: 0, ...counts.get(subject), changed: word(subject) }));
  }
  function paintSave() {
    if (!state.told) return;
    setHidden(saving, !state.edits.size && !state.lost.length);
    const words = [...[...state.edits].flatMap(([subject, edit]) => changeLines(subject, entryOf(subject), edit, state.told.fields)), ...state.lost.map((each) => `has no place on version ${state.told.version} any more: ${each}`)];
    replace(lines, JSON.stringify(words), words.map((each) => h("li", {}, each)));
    const lacking = complaints();
    setText(lacks, locked() ? "" : lacking.length ? `still needed: ${lacking.join("; ")}` : "");
    save.setAttribute("aria-disabled", String(locked() || lacking.length > 0 || !state.edits.size));
    saving.toggleAttribute("data-locked", locked());
  }
  function paintBanner() {
    const words = bannerWords();
    const look = state.told && state.told.version !== state.latest;
    banner.dataset.kind = state.link.unsaved || state.refused ? "unsaved" : "quiet";
    setHidden(banner, !words);
    const key = `${words} ${look} ${state.latest} ${state.edits.size > 0}`;
    if (banner.slWords === key) return;
    banner.slWords = key;
    const retry = h("button", { type: "button", onclick: link.again }, "Send again now");
    const newest = h("button", { type: "button", onclick: () => openVersion(state.latest) }, state.edits.size ? `Put my changes on version ${state.latest}` : `Open version ${state.latest}`);
    banner.replaceChildren(h("span", {}, words), ...(state.link.late || state.link.silent ? [retry] : []), ...(look && !state.link.unsaved ? [newest] : []));
  }
  function bannerWords() {
    const { unsaved, late, silent } = state.link;
    const what = unsaved === 1 ? "1 change" : `${unsaved} changes`;
    if (unsaved && (late || silent)) return `⚠ NOT SAVED: ${what}. Python does not answer: it is busy, stopped or restarting. It is sent again by itself; if the kernel was restarted, run the cell again and leave this page open.`;
    if (unsaved) return `NOT SAVED yet: ${what}, waiting for Python to confirm.`;
    if (state.refused) return `⚠ NOT SAVED: ${state.refused}${state.stale ? " Nothing that you changed on this page is lost." : ""}`;
    if (silent) return "Python does not answer: it is busy, stopped or restarting. What you change now is not saved until it does.";
    return state.told && state.told.version !== state.latest ? `You see version ${state.told.version}. Meanwhile ${state.how}.` : "";
  }
  function urlOf(buffer) {
    const url = URL.createObjectURL(new Blob([buffer]));
    urls.push(url);
    return url;
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
    unfollow();
    globalThis.removeEventListener("beforeunload", leaving);
    urls.forEach((url) => URL.revokeObjectURL(url));
  };
}

export default { render };
