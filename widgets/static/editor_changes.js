/**
 * What somebody does to the entry that is open: details, images, the entry itself. Nothing of it leaves the page before it
 * is saved, but photographs, which go to Python one by one to be judged as an enrolment would.
 */
import { empty, entryOf, noEdit, withField } from "./editor_state.js";
import { freshKey } from "./review_link.js";

/** `state` holds `told`, `edits`, `clashes` and `current`; `changed()` whenever an edit was made, `judge(...)` sends a photograph. */
export function editorChanges(state, { changed, judge, say }) {
  const editOf = (subject) => state.edits.get(subject) ?? noEdit();
  const exists = (subject) => Boolean(state.edits.get(subject)?.isNew) || state.told.entries.some((each) => each.subject === subject);

  function put(subject, edit) {
    if (empty(edit)) state.edits.delete(subject);
    else state.edits.set(subject, edit);
    state.saved = "";
    changed();
  }
  function set(name, value) {
    const subject = state.current;
    state.clashes = state.clashes.filter((each) => each.subject !== subject || each.name !== name);
    put(subject, withField(editOf(subject), entryOf(state.told, subject), name, value));
  }
  /** The person off the list, or back on it; somebody new is forgotten. */
  function out() {
    const [subject, edit] = [state.current, editOf(state.current)];
    if (edit.isNew) {
      state.edits.delete(subject);
      state.current = state.told.entries[0]?.subject ?? "";
      return changed();
    }
    put(subject, { ...edit, out: !edit.out });
    say(edit.out ? `${subject} stays on the list` : `${subject} comes off the list when it is saved`);
  }
  /** An image of the list out, or back in. */
  function without({ sha256, file }) {
    const edit = editOf(state.current);
    const there = edit.without.some((each) => each.sha256 === sha256);
    put(state.current, { ...edit, without: there ? edit.without.filter((each) => each.sha256 !== sha256) : [...edit.without, { sha256, file }] });
  }
  function unadd(token) {
    const edit = editOf(state.current);
    put(state.current, { ...edit, added: edit.added.filter((each) => each.token !== token) });
  }
  async function photos(files) {
    const subject = state.current;
    for (const file of files) {
      const token = freshKey();
      const edit = editOf(subject);
      put(subject, { ...edit, added: [...edit.added, { token, file: `${subject}/${file.name}`, done: false, accepted: false, words: "" }] });
      judge({ key: token, subject, name: file.name, fields: editOf(subject).fields }, await file.arrayBuffer());
    }
  }
  /** What Python says of the photograph that it was sent under `token`, whoever it is of. */
  function judged(token, verdict) {
    for (const [subject, edit] of state.edits) {
      if (edit.added.some((each) => each.token === token)) put(subject, { ...edit, added: edit.added.map((each) => (each.token === token ? { ...each, ...verdict, token, done: true } : each)) });
    }
  }
  function add(subject) {
    put(subject, { ...noEdit(), isNew: true });
  }
  return { editOf, exists, set, out, without, unadd, photos, judged, add };
}
