/** One person: on what grounds, with which photographs, and what was found; every change stays on the page until it is saved. */
import { freshId, h, refill, setHidden, setText } from "./dom.js";
import { merged, problems } from "./editor_state.js";

const LONG = new Set(["justification"]);
const DATES = new Set(["image_date", "expires"]);

/** The form; `set(name, value)`, `out()`, `without(image)`, `unadd(token)` and `photos(files)` say what was done. */
export function personPanel({ set, out, without, unadd, photos }) {
  const title = h("div", { class: "sl-we-name", role: "heading", "aria-level": "4" });
  const fields = h("div", { class: "sl-we-fields" });
  const images = h("ul", { class: "sl-we-images", "aria-label": "Photographs" });
  const lacks = h("p", { class: "sl-we-bad" });
  const findings = h("ul", { class: "sl-we-findings" });
  const choose = h("input", { type: "file", accept: "image/*", multiple: true, "aria-label": "add photographs of this person", onchange: () => (photos([...choose.files]), (choose.value = "")) });
  const off = h("button", { type: "button", class: "sl-we-small", onclick: () => out() });
  const adding = h("label", { class: "sl-we-upload" }, h("span", {}, "Add photographs"), choose);
  const el = h("section", { class: "sl-we-person", "aria-label": "The person chosen" }, title, findings, fields, h("h4", {}, "Photographs"), images, lacks, adding, h("div", { class: "sl-we-save" }, off));
  let inputs = new Map();
  let open = "";

  function build(names) {
    inputs = new Map(names.map(({ name, label }) => [name, control(name, label)]));
    fields.replaceChildren(...[...inputs.values()].map((each) => each.el));
  }
  function control(name, label) {
    const id = freshId("field");
    const yes = name === "under_18";
    const changed = () => set(name, yes ? input.checked : input.value);
    const input = LONG.has(name) ? h("textarea", { id, rows: "2", maxlength: "2000", autocomplete: "off", oninput: changed }) : h("input", { id, type: yes ? "checkbox" : DATES.has(name) ? "date" : "text", maxlength: yes || DATES.has(name) ? null : "2000", autocomplete: "off", [yes ? "onchange" : "oninput"]: changed });
    const [wrong, theirs] = [h("small", { class: "sl-we-bad", id: `${id}-wrong` }), h("small", { class: "sl-we-warn" })];
    input.setAttribute("aria-describedby", `${id}-wrong`);
    const el = h("div", { class: `sl-we-field${yes ? " sl-we-yes" : ""}${LONG.has(name) ? " sl-we-wide" : ""}` }, h("label", { for: id }, label), input, wrong, theirs);
    function paint(value, isChanged, complaint, clash) {
      if (yes) input.checked = value;
      else if (input.value !== value) input.value = value;
      el.toggleAttribute("data-changed", isChanged);
      setText(wrong, complaint ?? "");
      setText(theirs, clash ?? "");
      input.setAttribute("aria-invalid", String(Boolean(complaint)));
    }
    return { el, input, paint };
  }
  /** `pictures` are `{ sha256, file, px, quality, url }` or null while they come; `found` are the findings about this person. */
  function show(names, entry, edit, { pictures, found, clashes, locked }) {
    if (!inputs.size) build(names);
    if (open !== entry.subject) open = entry.subject;
    const [now, wrong] = [merged(entry, edit), problems(entry, edit)];
    setText(title, entry.subject);
    inputs.forEach((each, name) => {
      const theirs = clashes.find((clash) => clash.name === name);
      each.paint(now[name], name in edit.fields, wrong[name], theirs ? `the newer version says: ${theirs.theirs === true ? "yes" : theirs.theirs || "nothing"}` : "");
      each.input.disabled = edit.out || locked;
    });
    setHidden(inputs.get("justification").el, !now.under_18 && !now.justification); // nobody else needs one
    setText(off, edit.out ? "Leave on the list" : edit.isNew ? "Take the new person away again" : "Take off the list");
    el.toggleAttribute("data-out", edit.out);
    setText(lacks, wrong.images ?? "");
    setHidden(adding, edit.out || locked);
    off.setAttribute("aria-disabled", String(locked));
    paintImages(edit, pictures, locked);
    const lines = found.map((each) => h("li", { class: each.settle ? "sl-we-settle" : null }, h("b", {}, `${each.settle ? "⚠ to settle" : "to weigh"}: ${each.title}`), ` · ${each.text}`, h("br", {}), h("span", { class: "sl-we-soft" }, `What to do: ${each.todo}`)));
    replace(findings, JSON.stringify([entry.subject, found]), lines);
  }
  function paintImages(edit, pictures, locked) {
    const gone = new Set(edit.without.map((each) => each.sha256));
    const key = JSON.stringify([open, [...gone], edit.added, edit.out, locked, pictures?.map((each) => each.url)]);
    if (!pictures) return replace(images, key, [h("li", { class: "sl-we-soft" }, "Waiting for Python…")]);
    const kept = pictures.map((each) => picture(each, gone.has(each.sha256) ? "taken out when saved" : "", gone.has(each.sha256) ? "Keep" : "Take out", locked || edit.out, () => without(each)));
    const added = edit.added.map((each) => picture(each, !each.done ? "being judged…" : each.accepted ? "added when saved" : `rejected: ${each.words}`, "Take away", locked, () => unadd(each.token)));
    replace(images, key, [...kept, ...added]);
  }
  function picture(each, state, words, locked, done) {
    const told = [each.px ? `face ${each.px} px` : "", each.quality === undefined ? "" : `quality ${each.quality.toFixed(2)}`].filter(Boolean).join(" · ");
    const button = h("button", { type: "button", class: "sl-we-small", "aria-label": `${words}: ${each.file}`, "aria-disabled": String(locked), onclick: () => !locked && done() }, words);
    return h("li", { class: state ? "sl-we-marked" : null }, each.url ? h("img", { src: each.url, alt: each.file }) : h("span", { class: "sl-we-none" }, "no picture"), h("span", {}, each.file), h("small", {}, told), state ? h("small", { class: each.done && !each.accepted ? "sl-we-bad" : "sl-we-warn" }, state) : null, button);
  }
  return { el, show, focus: () => inputs.get("category")?.input.focus() };
}

/** Children put in anew only if what they say has changed. */
export function replace(node, key, children) {
  if (node.slKey === key) return;
  node.slKey = key;
  refill(node, children);
}
