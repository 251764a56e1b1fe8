/** The stated inputs: what nobody can measure beforehand, and from which the numbers of a deployment follow. */
import { freshId, h, setText } from "./dom.js";
import { amount, expected, plural } from "./words.js";

const FIELDS = [
  { key: "watchlist", name: "people on the list", least: 1, whole: true, deploy: true },
  { key: "passers_per_hour", name: "passers-by an hour", least: 0, deploy: true },
  { key: "base_rate", name: "on the list: 1 passer-by in", least: 1, asOneIn: true, deploy: true },
  { key: "hours", name: "hours", least: 0, deploy: true },
  { key: "seconds_each", name: "seconds a look", least: 0 },
  { key: "reviewers", name: "reviewers an alert", least: 1, whole: true },
];
const FORMULA = "with N₂ people listed in place of N₁: FPIR(N₂) = 1 − (1 − FPIR(N₁))^(N₂/N₁), where FPIR is the share of strangers who cause an alert";

/** The row of fields; `set` takes one key and its value. */
export function inputsPanel(data, set) {
  const fields = FIELDS.filter((field) => field.deploy !== true || !data.unknown).map((field) => fieldOf(field, set));
  const derived = h("small", { class: "sl-derived", title: FORMULA });
  const el = h(
    "fieldset",
    { class: "sl-inputs" },
    h("legend", {}, "Stated, not measured"),
    h("div", { class: "sl-fields" }, ...fields.map((field) => field.el)),
    derived,
  );
  function paint(view) {
    fields.forEach((field) => field.paint(view.inputs));
    setText(derived, data.unknown ? "" : derivedWords(view, data.about.watchlist));
  }
  return { el, paint };
}

function derivedWords({ inputs }, measured) {
  const listed = inputs.passers_per_hour * inputs.base_rate;
  const people = `${expected(listed)} of ${amount(inputs.passers_per_hour)} passers-by an hour on the list`;
  if (inputs.watchlist === measured) return `${people}; the list is as long as the measured one`;
  return `${people}; measured with ${plural(measured, "person", "people")} listed, scaled to ${amount(inputs.watchlist)} as if comparisons were independent`;
}

function fieldOf({ key, name, least, whole, asOneIn }, set) {
  const id = freshId(key);
  const input = h("input", { id, type: "number", min: asOneIn ? 0 : least, step: whole ? 1 : "any", "data-input": key, oninput: take, onchange: take });
  const wrong = h("small", { id: freshId(`${key}-wrong`), class: "sl-wrong", role: "status" });
  const el = h("span", { class: "sl-field" }, h("label", { for: id }, name), input, wrong);
  input.setAttribute("aria-describedby", wrong.id);

  function take() {
    const typed = input.valueAsNumber;
    const nobody = asOneIn && typed === 0;
    const good = Number.isFinite(typed) && (typed >= least || nobody);
    mark(!good);
    if (good) set(key, asOneIn ? (nobody ? 0 : 1 / typed) : whole ? Math.round(typed) : typed);
  }
  function mark(refused) {
    input.setAttribute("aria-invalid", String(refused));
    setText(wrong, refused ? `not counted: give ${amount(least)} or more` : "");
  }
  function paint(inputs) {
    if (input.getRootNode().activeElement === input) return;
    mark(false);
    const value = asOneIn ? (inputs[key] ? Number((1 / inputs[key]).toPrecision(6)) : 0) : inputs[key];
    if (input.valueAsNumber !== value) input.value = value;
  }
  return { el, paint };
}
