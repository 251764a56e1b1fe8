/** The line: drag it, move it with the arrows, type it, or ask for a rate; and pin it. */
import { freshId, h, setHidden, setText } from "./dom.js";
import { floorOf, positionFor } from "./rates.js";
import { alertedWords, foundWords, strangerWords } from "./sentences.js";
import { amount, oneIn, plural } from "./words.js";

const TARGETS = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6];

/** The control; `set` takes a threshold, `pin` a threshold or null. */
export function controlPanel(data, { set, pin }, recordButton) {
  const { min, max, step } = data.slider;
  const id = freshId("line");
  const range = h("input", { type: "range", id, min, max, step, oninput: () => set(Number(range.value)) });
  const typed = h("input", { type: "number", step, class: "sl-typed", "aria-label": "threshold, typed", oninput: () => take(typed), onchange: () => take(typed) });
  const rarity = rarityWords();
  const pinned = pinButtons(pin);
  const slider = h("div", { class: "sl-slider" }, h("label", { for: id }, "threshold ", h("small", {}, "(drag, arrows, or type it)")), range);
  const el = h("div", { class: "sl-line" }, slider, typed, rarity.el); // stays in sight while the page scrolls
  const actions = h("div", { class: "sl-actions" }, targets(data, set), h("div", { class: "sl-buttons" }, ...pinned.buttons, recordButton));

  function take(field) {
    const value = field.valueAsNumber;
    if (Number.isFinite(value)) set(value);
  }
  function paint(view) {
    if (Number(range.value) !== view.threshold) range.value = view.threshold;
    if (document.activeElement !== typed && typed.getRootNode().activeElement !== typed) typed.value = view.text;
    range.setAttribute("aria-valuetext", spoken(view));
    rarity.paint(view);
    pinned.paint(view);
  }
  return { el, actions, paint };
}

function spoken(view) {
  if (view.unknown) return `${view.text}: ${amount(view.unknown.count)} of ${amount(view.unknown.of)} passes alert`;
  return `${view.text}: ${foundWords(view.found.rate, view.known.found)}, ${alertedWords(view.strangers.rate, view.known.strangers)}`;
}

function rarityWords() {
  const [lead, number, tail] = [h("small", {}), h("b", {}), h("small", {})];
  const el = h("div", { class: "sl-rarity" }, lead, number, tail);
  function paint(view) {
    const words = view.unknown ? { lead: "passes that alert", number: amount(view.unknown.count), tail: `of ${amount(view.unknown.of)} compared` } : strangerWords(view.strangers);
    setText(lead, words.lead);
    setText(number, words.number);
    setText(tail, words.tail);
  }
  return { el, paint };
}

function pinButtons(pin) {
  let at = NaN;
  const here = h("button", { type: "button", onclick: () => pin(at) }, "Pin as A");
  const away = h("button", { type: "button", onclick: () => (pin(null), here.focus()) }, "Unpin A");
  function paint(view) {
    at = view.threshold;
    setText(here, view.pin ? "Move A here" : "Pin as A");
    setHidden(away, !view.pin);
  }
  return { buttons: [here, away], paint };
}

/** Buttons that set the line where at most so many strangers alert; those that the data cannot show are not offered. */
function targets(data, set) {
  if (!data.nonmated?.passes) return null;
  const floor = floorOf(data.nonmated);
  const within = TARGETS.filter((target) => target >= floor * 0.999);
  const next = TARGETS.find((target) => target < floor * 0.999);
  const go = (target) => () => set(positionFor(data.nonmated, target, data.slider.step));
  const beyond = next ? `${oneIn(next)} would take ${plural(Math.ceil(3 / next - 1e-6), "stranger", "strangers")}` : null;
  return h(
    "div",
    { class: "sl-targets", role: "group", "aria-label": "Put the line where at most this share of strangers alerts" },
    h("small", {}, "strangers alerted, at most"),
    ...within.map((target) => h("button", { type: "button", class: "sl-chip", onclick: go(target) }, oneIn(target))),
    beyond && h("small", {}, beyond),
  );
}
