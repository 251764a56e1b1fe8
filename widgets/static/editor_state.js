/**
 * What was changed on the page and is not saved yet, by person: `fields` with new details, `out` for the whole entry, images
 * `without`, photographs `added`. It holds differences only, so that it can be put on a newer version of the list.
 */

export function noEdit() {
  return { fields: {}, out: false, without: [], added: [], isNew: false };
}

/** Whether an edit changes nothing. */
export function empty(edit) {
  return !edit.out && !edit.isNew && !Object.keys(edit.fields).length && !edit.without.length && !edit.added.length;
}

/** The edit with one detail set; a detail that is as it was is no change. */
export function withField(edit, entry, name, value) {
  const fields = { ...edit.fields, [name]: value };
  if (value === entry[name]) delete fields[name];
  return { ...edit, fields };
}

/** An entry as it is going to be. */
export const merged = (entry, edit) => ({ ...entry, ...edit.fields });

/** The entry of somebody who is not listed yet. */
function blankEntry(subject, fields) {
  return { subject, ...Object.fromEntries(fields.map(({ name }) => [name, name === "under_18" ? false : ""])), images: 0 };
}

/** The entry of somebody on the list that Python told, or of somebody new. */
export function entryOf(told, subject) {
  return told.entries.find((each) => each.subject === subject) ?? blankEntry(subject, told.fields);
}

/** What speaks against saving an entry, by field; the rules of workbench/entry_fields.py, said before Python has to. */
export function problems(entry, edit) {
  if (edit.out) return {};
  const now = merged(entry, edit);
  const found = {};
  if (now.under_18 && !now.justification.trim()) found.justification = "somebody under 18 needs a justification, or comes off the list";
  if (now.image_date && now.expires && now.image_date > now.expires) found.image_date = `the picture is of ${now.image_date}, after the entry expires (${now.expires})`;
  if (edit.isNew && !edit.added.some((each) => each.accepted)) found.images = "add a photograph that is accepted, or take the person away again";
  return found;
}

/** The changes in words, a line each. */
function changeLines(subject, entry, edit, fields) {
  if (edit.out) return [`${subject}: taken off the list`];
  const named = (name) => fields.find((each) => each.name === name)?.label ?? name;
  const shown = (value) => (value === true ? "yes" : value === false ? "no" : value || "nothing");
  return [
    ...(edit.isNew ? [`${subject}: added to the list`] : []),
    ...Object.entries(edit.fields).map(([name, value]) => `${subject}: ${named(name)}: ${shown(entry[name])} → ${shown(value)}`),
    ...edit.without.map(({ file }) => `${subject}: image taken out ${file}`),
    ...edit.added.filter((each) => each.accepted).map(({ file }) => `${subject}: image added ${file}`),
  ];
}

/** Every change on the page in words, and what an earlier version's changes have no place for any more. */
export function changesOf({ told, edits, lost }) {
  const own = [...edits].flatMap(([subject, edit]) => changeLines(subject, entryOf(told, subject), edit, told.fields));
  return [...own, ...lost.map((each) => `has no place on version ${told.version} any more: ${each}`)];
}

/** What speaks against saving the changes, in words, whoever they are about. */
export function complaintsOf({ told, edits, latest }) {
  const found = [...edits].flatMap(([subject, edit]) => Object.values(problems(entryOf(told, subject), edit)).map((words) => `${subject}: ${words}`));
  const waiting = [...edits.values()].some((edit) => edit.added.some((each) => !each.done));
  if (told.version !== latest) found.push(`this is version ${told.version}: changes are made to version ${latest}`);
  if (waiting) found.push("a photograph is still being judged");
  return found;
}

/** Everybody on the list and whoever is new, in order, each with what is found about them and what was changed. */
export function lineup({ told, edits }) {
  const counts = new Map();
  for (const each of told.findings) for (const subject of each.subjects) {
    const of = counts.get(subject) ?? { settle: 0, weigh: 0 };
    of[each.settle ? "settle" : "weigh"] += 1;
    counts.set(subject, of);
  }
  const fresh = [...edits].filter(([, edit]) => edit.isNew).map(([subject]) => subject);
  const subjects = [...fresh, ...told.entries.map((each) => each.subject)];
  return subjects.map((subject) => ({ subject, settle: 0, weigh: 0, ...counts.get(subject), changed: changedWord(edits.get(subject)) }));
}

function changedWord(edit) {
  if (!edit) return "";
  if (edit.out) return "taken off, not saved";
  return edit.isNew ? "new, not saved" : "changed, not saved";
}

/**
 * Edits put on another version: `edits` that still mean something there, `clashes` where both changed the same detail, and
 * `lost` in words, what has no place there any more. Maps and arrays by subject; nothing is dropped without being said.
 */
export function rebased(edits, before, after, fields) {
  const old = new Map(before.map((entry) => [entry.subject, entry]));
  const now = new Map(after.map((entry) => [entry.subject, entry]));
  const [kept, clashes, lost] = [new Map(), [], []];
  for (const [subject, edit] of edits) {
    const entry = now.get(subject);
    const was = old.get(subject) ?? blankEntry(subject, fields);
    if (!entry && !edit.isNew) {
      lost.push(...changeLines(subject, was, edit, fields));
      continue;
    }
    const base = entry ?? was;
    const left = Object.fromEntries(Object.entries(edit.fields).filter(([name, value]) => value !== base[name]));
    for (const name of Object.keys(left)) if (entry && old.has(subject) && was[name] !== entry[name]) clashes.push({ subject, name, theirs: entry[name] });
    const moved = { ...edit, fields: left, isNew: edit.isNew && !entry };
    if (!empty(moved)) kept.set(subject, moved);
  }
  return { edits: kept, clashes, lost };
}

/** As a message to Python. */
export function peopleOf(edits) {
  const told = ({ fields, out, without, added }) => ({ fields, out, without: without.map((each) => each.sha256), added: added.filter((each) => each.accepted).map((each) => each.token) });
  return Object.fromEntries([...edits].map(([subject, edit]) => [subject, told(edit)]));
}

/** Edits out of a message that was not taken; photographs that were added have to be chosen again. */
export function editsOf(people, entries) {
  const known = new Set(entries.map((entry) => entry.subject));
  const edit = (subject, told) => ({ ...noEdit(), ...told, isNew: !known.has(subject), without: told.without.map((sha256) => ({ sha256, file: sha256.slice(0, 12) })), added: [] });
  return new Map(Object.entries(people).map(([subject, told]) => [subject, edit(subject, told)]).filter(([, made]) => !empty(made)));
}
