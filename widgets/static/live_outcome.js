/** What came of it in the street: reported after the answer, as often as it changes; nothing is overwritten. */
import { freshId, h, setLocked, setText } from "./dom.js";

const FIELDS = ["result", "identity", "note"];

export function outcomePanel(about, { report }) {
  let draft = empty();
  let reported = empty();
  const group = freshId("outcome");
  const results = about.outcomes.map((each) => radio(`${group}-result`, each, () => change({ result: each })));
  const identities = about.identities.map((each) => radio(`${group}-identity`, each, () => change({ identity: each })));
  const stands = h("p", { class: "sl-ar-soft" });
  const lacks = h("span", { class: "sl-ar-soft", role: "status", "aria-live": "polite" });
  const note = h("input", { type: "text", id: `${group}-note`, maxlength: "1000", autocomplete: "off", oninput: () => change({ note: note.value }) });
  const button = h("button", { type: "button", onclick: send }, "Report the outcome");
  const el = h(
    "section",
    { class: "sl-lb-outcome", "aria-label": "Outcome" },
    h("fieldset", {}, h("legend", {}, "What came of it"), ...results.map((each) => each.el)),
    h("fieldset", {}, h("legend", {}, "Who it was, when spoken to"), ...identities.map((each) => each.el)),
    h("p", {}, h("label", { for: note.id }, "Note "), note),
    h("div", { class: "sl-ar-save" }, button, lacks),
    stands,
  );

  function change(values) {
    Object.assign(draft, values);
    draft.begun = FIELDS.some((name) => draft[name] !== reported[name]);
  }
  function send() {
    const { result, identity } = draft;
    if (!result) return setText(lacks, "still needed: what came of it");
    if (result !== "no action" && !identity) return setText(lacks, "still needed: who it was");
    setText(lacks, "");
    report({ result, identity: result === "no action" ? "not established" : identity, note: draft.note });
  }
  /** Shows a draft, which goes on where it was left; one that is not begun shows what was reported last. */
  function open(next, outcome) {
    if (next !== draft) setText(lacks, "");
    draft = next;
    reported = { ...empty(), ...outcome };
    if (!draft.begun) FIELDS.forEach((name) => (draft[name] = reported[name]));
    results.forEach((each) => each.paint(draft.result));
    identities.forEach((each) => each.paint(draft.identity));
    if (note.value !== draft.note) note.value = draft.note;
    setText(stands, outcome ? `✓ reported ${outcome.at} by ${outcome.by}: ${outcome.result}, identity ${outcome.identity}` : "No outcome was reported yet.");
  }
  return { el, open, empty, lock: (locked) => setLocked(el, locked) };
}

function empty() {
  return { result: "", identity: "", note: "", begun: false };
}

function radio(group, value, chosen) {
  const input = h("input", { type: "radio", name: group, value, onchange: chosen });
  const el = h("label", {}, input, h("span", {}, value));
  return { el, paint: (now) => (input.checked = now === value) };
}
