/** What came of it in the street: reported after the answer, as often as it changes; nothing is overwritten. */
import { freshId, h, setText } from "./dom.js";

export function outcomePanel(about, { report }) {
  const group = freshId("outcome");
  const results = about.outcomes.map((each) => radio(`${group}-result`, each));
  const identities = about.identities.map((each) => radio(`${group}-identity`, each));
  const stands = h("p", { class: "sl-ar-soft" });
  const lacks = h("span", { class: "sl-ar-soft", role: "status", "aria-live": "polite" });
  const note = h("input", { type: "text", id: `${group}-note`, maxlength: "1000", autocomplete: "off" });
  const button = h("button", { type: "button", onclick: send }, "Report the outcome");
  const el = h(
    "section",
    { class: "sl-lb-outcome", "aria-label": "Outcome" },
    h("fieldset", {}, h("legend", {}, "What came of it"), ...results),
    h("fieldset", {}, h("legend", {}, "Who it was, when spoken to"), ...identities),
    h("p", {}, h("label", { for: note.id }, "Note "), note),
    h("div", { class: "sl-ar-save" }, button, lacks),
    stands,
  );

  function chosen(radios) {
    return radios.map((each) => each.querySelector("input")).find((input) => input.checked)?.value;
  }
  function send() {
    const [result, identity] = [chosen(results), chosen(identities)];
    if (!result) return setText(lacks, "still needed: what came of it");
    if (result !== "no action" && !identity) return setText(lacks, "still needed: who it was");
    setText(lacks, "");
    report({ result, identity: result === "no action" ? "not established" : identity, note: note.value });
  }
  function show(outcome) {
    [...results, ...identities].forEach((each) => {
      const input = each.querySelector("input");
      input.checked = Boolean(outcome) && (input.value === outcome.result || input.value === outcome.identity);
    });
    note.value = outcome?.note ?? "";
    setText(stands, outcome ? `✓ reported ${outcome.at} by ${outcome.by}: ${outcome.result}, identity ${outcome.identity}` : "No outcome was reported yet.");
  }
  return { el, show, lock: (locked) => (el.inert = locked) };
}

function radio(group, value) {
  return h("label", {}, h("input", { type: "radio", name: group, value }), h("span", {}, value));
}
