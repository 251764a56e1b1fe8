/** The changes that are not saved, a line each, the reason for them, and what is still needed before they can be. */
import { freshId, h, setHidden, setText } from "./dom.js";
import { replace } from "./editor_person.js";
import { changesOf, complaintsOf } from "./editor_state.js";

/** `locked()` while something is on its way; `save(reason)` once nothing is lacking, `lacks(words)` otherwise, `undo()` for all changes; `beside` stands next to what saves. */
export function savingPanel({ locked, save, lacks, undo, beside }) {
  const id = freshId("reason");
  const reason = h("textarea", { id, rows: "2", maxlength: "2000", autocomplete: "off", oninput: () => paint() });
  const button = h("button", { type: "button", class: "sl-primary", onclick: press }, "Save as a new version");
  const back = h("button", { type: "button", onclick: undo }, "Take all changes back");
  const [needed, lines] = [h("span", { class: "sl-we-soft" }), h("ul", { class: "sl-we-changes" })];
  const el = h("section", { class: "sl-we-saving", "aria-label": "Changes that are not saved" }, h("h4", {}, "Changes on this page, not saved"), lines, h("label", { for: id }, "Reason for the new version"), reason, h("div", { class: "sl-we-save" }, button, back, needed, beside));
  let state = null;

  const missing = () => [...complaintsOf(state), ...(reason.value.trim() ? [] : ["a reason"])];
  function press() {
    const found = missing();
    if (locked() || !state.edits.size || found.length) lacks(found);
    else save(reason.value);
  }
  function paint(now = state) {
    if (!now?.told) return;
    state = now;
    setHidden(el, !state.edits.size && !state.lost.length);
    const words = changesOf(state);
    replace(lines, JSON.stringify(words), words.map((each) => h("li", {}, each)));
    const found = missing();
    setText(needed, !locked() && found.length ? `still needed: ${found.join("; ")}` : "");
    button.setAttribute("aria-disabled", String(locked() || found.length > 0 || !state.edits.size));
    el.toggleAttribute("data-locked", locked());
  }
  /** The reason that stands there: another one, or none; one that was typed stays where `kept`. */
  function because(words, { kept = false } = {}) {
    if (!kept || !reason.value) reason.value = words;
  }
  return { el, paint, because };
}
