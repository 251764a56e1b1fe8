/** What speaks against the list before it is used, and what to do about each. */
import { h, setText } from "./dom.js";
import { replace } from "./editor_person.js";

const MOST = 300;
const NAMES = 24; // of people to whom the same applies

/** The findings; `choose(subject)` opens somebody. */
export function findingsPanel(choose) {
  const say = h("p", { class: "sl-we-say" });
  const list = h("ul", { class: "sl-we-findings" });
  const notes = h("div", { class: "sl-we-soft" });
  const el = h("div", {}, say, list, notes);
  function show(told) {
    const settle = told.findings.filter((each) => each.settle).length;
    const weigh = told.findings.length - settle;
    const said = together(told.findings);
    setText(say, told.findings.length ? `${settle} to settle before use, ${weigh} to weigh; for a deployment until ${told.until}.` : `Nothing was found; for a deployment until ${told.until}.`);
    replace(list, `${told.version} ${JSON.stringify(told.findings)}`, said.slice(0, MOST).map(line));
    replace(notes, JSON.stringify([told.version, told.notes]), [...told.notes, ...(said.length > MOST ? [`${said.length - MOST} more; settle these first.`] : [])].map((words) => h("p", {}, words)));
  }
  function line(each) {
    const people = each.subjects.slice(0, NAMES).flatMap((subject) => [h("button", { type: "button", class: "sl-we-small", onclick: () => choose(subject) }, subject), " "]);
    if (each.subjects.length > NAMES) people.push(`and ${each.subjects.length - NAMES} more`);
    return h("li", { class: each.settle ? "sl-we-settle" : null }, h("b", {}, `${each.settle ? "⚠ to settle" : "to weigh"}: ${each.title}`), ` · ${each.text} `, ...people, h("br", {}), h("span", { class: "sl-we-soft" }, `What to do: ${each.todo}`));
  }
  return { el, show };
}

/** What is found of several people in the same words becomes one line; what is found between people stays as it is. */
function together(findings) {
  const lines = new Map();
  for (const each of findings) {
    const key = JSON.stringify([each.title, each.text, each.subjects.length > 1 ? each.subjects : []]);
    const before = lines.get(key);
    lines.set(key, before ? { ...before, subjects: [...before.subjects, ...each.subjects] } : each);
  }
  return [...lines.values()];
}
