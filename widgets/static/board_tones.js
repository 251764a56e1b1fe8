/** Brightness, contrast and gamma of one side's copy: three native sliders. The kept picture is never touched. */
import { h, setText } from "./dom.js";
import { TONES, plainTone } from "./board_view.js";

const STEPS = 200;

/** The sliders; `changed(tone)` at each step. Contrast and gamma go by factors: the middle is as kept. */
export function tonesPanel(noun, changed) {
  let tone = plainTone();
  const rows = Object.keys(TONES).map((name) => row(name));
  const reset = h("button", { type: "button", class: "sl-cb-small", onclick: () => changed(plainTone()) }, "as kept");
  const el = h("div", { class: "sl-cb-tones", role: "group", "aria-label": `light and dark of the ${noun}, a copy` }, ...rows.map((each) => each.el), reset);

  function row(name) {
    const [least, most, usual] = TONES[name];
    const even = usual === 0;
    const place = (value) => Math.round((STEPS * (even ? value - least : Math.log(value / least))) / (even ? most - least : Math.log(most / least)));
    const value = (at) => (even ? least + (at / STEPS) * (most - least) : least * (most / least) ** (at / STEPS));
    const input = h("input", { type: "range", min: "0", max: String(STEPS), step: "1", oninput: () => changed({ ...tone, [name]: rounded(Number(input.value) === place(usual) ? usual : value(Number(input.value))) }) });
    const shown = h("span", { class: "sl-cb-value", "aria-hidden": "true" }); // the slider says it itself
    const el = h("label", {}, h("span", {}, name), input, shown);
    function paint() {
      input.value = String(place(tone[name]));
      const words = even && tone[name] > 0 ? `+${tone[name].toFixed(2)}` : tone[name].toFixed(2);
      setText(shown, words);
      input.setAttribute("aria-valuetext", words);
    }
    return { el, paint };
  }
  function paint(now) {
    tone = now;
    rows.forEach((each) => each.paint());
    reset.setAttribute("aria-disabled", String(Object.entries(TONES).every(([name, [, , usual]]) => tone[name] === usual)));
  }
  return { el, paint };
}

const rounded = (value) => Math.round(value * 1000) / 1000;
