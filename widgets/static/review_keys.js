/** The keyboard: one place that says which key does what, and shows it. */
import { freshId, h } from "./dom.js";

const KEYS = [
  ["letters", "a feature: agree, differ, cannot see, not noted"],
  ["1 2 3", "same person, different, cannot tell"],
  ["4 5 6", "limited, moderate, strong support"],
  ["r", "write the reason; Esc leaves it"],
  ["Enter", "save; afterwards the next pair (in the reason: Ctrl Enter)"],
  ["↑ ↓", "the pair before, the next pair"],
  ["← →", "another face of the footage; with Shift another reference"],
  ["z", "enlarge both pictures; Shift z makes them smaller again"],
  ["v", "compare both pictures closer: overlay, flicker, eyes on one line; Esc comes back"],
  ["w", "the footage around the face; in it Space plays, and , . ← → move"],
  ["c", "after the first look: change my mind, as a second decision; c again or Esc keeps the first"],
  ["?", "show or hide these keys"],
];

/** The list of keys and the button that shows it; `stem` begins the names of their classes. */
export function keyHelp(keys = KEYS, stem = "sl-ar") {
  const id = freshId("keys");
  const rows = keys.map(([key, does]) => h("div", {}, h("dt", {}, ...key.split(" ").map((each) => h("kbd", {}, each))), h("dd", {}, does)));
  const el = h("dl", { class: `${stem}-keys`, id, hidden: true }, ...rows);
  const button = h("button", { type: "button", class: `${stem}-small`, "aria-expanded": "false", "aria-controls": id, onclick: toggle }, "Keys ", h("kbd", {}, "?"));
  function toggle() {
    el.hidden = !el.hidden;
    button.setAttribute("aria-expanded", String(!el.hidden));
  }
  return { el, button, toggle };
}

/** Listens on the root; while somebody types, only Esc and Ctrl Enter mean something. Returns how to stop. */
export function listenToKeys(root, does) {
  function pressed(event) {
    const typing = event.target.matches("textarea");
    if (event.altKey || event.isComposing || (!typing && (event.ctrlKey || event.metaKey) && event.key !== "Enter")) return;
    const done = typing ? whileTyping(event) : otherwise(event);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  }
  function whileTyping(event) {
    if (event.key === "Escape") return root.focus(), true;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return does.enter(), true;
    return false;
  }
  function otherwise(event) {
    const { key, shiftKey, target } = event;
    const radio = target.matches("input[type=radio]");
    if (key === "Enter") return target.matches("button, summary") ? false : (does.enter(), true);
    if (key === "ArrowDown" || key === "ArrowUp") return radio ? false : (does.move(key === "ArrowDown" ? 1 : -1), true);
    if (key === "ArrowLeft" || key === "ArrowRight") return radio ? false : (does[shiftKey ? "reference" : "face"](key === "ArrowRight" ? 1 : -1), true);
    if (key === "z" || key === "Z") return does.zoom(key === "z" ? 1 : -1), true;
    if (key === "v") return does.closer(), true;
    if (key === "w") return does.clip(), true;
    if (key === "c") return does.again(), true;
    if (key === "Escape") return does.keep();
    if (key === "r") return does.reason(), true;
    if (key === "?") return does.help(), true;
    return key.length === 1 && !shiftKey && does.press(key);
  }
  root.addEventListener("keydown", pressed);
  return () => root.removeEventListener("keydown", pressed);
}
