/** "Record operating point...": a message that counts only once Python has confirmed it. Until then it is NOT SAVED. */
import { freshId, h, setHidden, setText } from "./dom.js";
import { ifThatGoesOn } from "./unsaved_banner.js";

const PATIENCE = 4000; // ms without an answer before the screen says so

/** The button and its form; null where nobody would receive the record. */
export function recordPanel(model, data, current) {
  if (!data.about.recordable) return null;
  const page = freshId("page");
  const state = { number: 0, waiting: null, timer: 0 };
  const fields = { name: field("name of the point", "input", { required: true, maxlength: 200 }), reason: field("reason", "textarea", { required: true, rows: 2, maxlength: 4000 }), ...(!data.about.asksName ? {} : { by: field("your name", "input", { required: true, maxlength: 200 }) }) };
  const [where, outcome] = [h("b", {}), h("p", { class: "sl-outcome", role: "status", "aria-live": "polite" })];
  const button = h("button", { type: "button", class: "sl-primary", "aria-expanded": "false", onclick: () => open(el.hidden) }, "Record operating point…");
  const send = h("button", { type: "submit", class: "sl-primary" }, "Record");
  const cancel = h("button", { type: "button", onclick: () => open(false) }, "Close");
  const by = data.about.by ? h("small", {}, `recorded by ${data.about.by}`) : null;
  const form = h("form", { class: "sl-form", onsubmit: submit, onkeydown: escape }, h("span", {}, "threshold ", where), ...Object.values(fields).map((each) => each.el), by, h("div", { class: "sl-buttons" }, send, cancel), outcome);
  const el = h("div", { class: "sl-record", hidden: true }, form);

  function open(shown) {
    setHidden(el, !shown);
    button.setAttribute("aria-expanded", String(shown));
    if (shown) fields.name.input.focus();
    else button.focus();
  }
  function escape(event) {
    if (event.key === "Escape") open(false);
  }
  function submit(event) {
    event.preventDefault();
    const values = Object.fromEntries(Object.entries(fields).map(([key, { input }]) => [key, input.value.trim()]));
    const same = state.waiting && ["name", "reason", "by"].every((key) => state.waiting[key] === values[key]) && state.waiting.threshold === current().threshold;
    // the same record sent again keeps its number, so that Python cannot write it twice
    if (!same) state.waiting = { kind: "record", page, number: (state.number += 1), threshold: current().threshold, inputs: current().inputs, ...values };
    deliver(state.waiting);
  }
  function deliver(message) {
    say("waiting", "NOT SAVED yet: waiting for Python to confirm.");
    clearTimeout(state.timer);
    state.timer = setTimeout(() => say("unsaved", unanswered("Python does not answer")), PATIENCE);
    try {
      model.send(message);
    } catch {
      clearTimeout(state.timer);
      say("unsaved", unanswered("the connection to Python is closed"));
    }
  }
  function answered(answer) {
    if (answer?.kind !== "recorded" || answer.page !== page || answer.number !== state.waiting?.number) return;
    clearTimeout(state.timer);
    if (answer.saved) state.waiting = null;
    say(answer.saved ? "saved" : "unsaved", answer.saved ? `✓ ${answer.words}` : `NOT SAVED: ${answer.words}`);
  }
  function say(how, words) {
    outcome.dataset.state = how;
    setText(outcome, words);
  }
  model.on("msg:custom", answered);
  return { el, button, paint: (view) => setText(where, view.text), close: () => (clearTimeout(state.timer), model.off("msg:custom", answered)) };
}

function unanswered(why) {
  return `NOT SAVED: ${why}; ${ifThatGoesOn("then write it once more, so copy your words first")}.`;
}

function field(name, tag, attributes) {
  const id = freshId("record");
  const input = h(tag, { id, autocomplete: "off", ...attributes });
  return { input, el: h("span", { class: "sl-field" }, h("label", { for: id }, name), input) };
}
