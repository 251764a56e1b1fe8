/** The row above the timeline: which tracks the keys step through, where to go, and how much of the footage is seen. */
import { freshId, h, setText } from "./dom.js";
import { placeOf } from "./player_window.js";

export const STEPS = [{ least: 2, one: "alert", name: "alerts" }, { least: 1, one: "alert or near miss", name: "alerts and near misses" }, { least: 0, one: "track", name: "all tracks" }];

/** The row; `does` has `step(least)`, `go(place)`, which says what it found, `zoom(factor)`, `shift(share)` and `whole()`. */
export function playerTools(least, does) {
  const [stepId, goId] = [freshId("step"), freshId("go")];
  const step = h("select", { id: stepId, "data-lm-suppress-shortcuts": "true", onchange: () => does.step(Number(step.value)) }, ...STEPS.map((each) => h("option", { value: each.least }, each.name)));
  const go = h("input", { id: goId, type: "text", size: "9", autocomplete: "off", placeholder: "12, 1:02:05", onkeydown: entered });
  const answer = h("span", { class: "sl-fp-answer", role: "status" });
  const seen = h("output", { class: "sl-fp-seen" });
  const small = (words, label, onclick) => h("button", { type: "button", class: "sl-fp-small", "aria-label": label, title: label, onclick }, words);
  step.value = String(least);
  const el = h(
    "div",
    { class: "sl-fp-tools" },
    h("label", { for: stepId, class: "sl-fp-pick" }, "step through ", step),
    h("span", { class: "sl-fp-pick" }, h("label", { for: goId }, "alert or time "), go, small("Go", "go to this alert or time", asked)),
    h("span", { class: "sl-fp-pick" }, small("−", "show more of the footage", () => does.zoom(2)), small("+", "show less of the footage, larger", () => does.zoom(0.5)), small("‹", "earlier", () => does.shift(-0.5)), small("›", "later", () => does.shift(0.5)), small("whole", "whole footage", does.whole), seen),
    answer,
  );

  function asked() {
    const place = placeOf(go.value);
    setText(answer, place ? does.go(place) : "Give an alert's number, such as 12, or a time, such as 1:02:05.");
  }
  function entered(event) {
    event.stopPropagation();
    if (event.key !== "Enter") return;
    event.preventDefault();
    asked();
  }

  return { el, seen: (words) => setText(seen, words) };
}
