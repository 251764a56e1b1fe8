/** One picture after the other in one place: at a rate, or by hand. It never starts by itself where less motion is asked for. */
import { h, setText } from "./dom.js";

export const RATES = [0.25, 3]; // changes a second; three flashes a second are the most that is safe for everybody

/** The flicker; `turned()` when the other picture is due, `changed(rate)`. `second` says which one is shown. */
export function flicker({ turned, changed }) {
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const state = { on: false, second: false, timer: 0, rate: 1, asked: false };
  const rate = h("input", { type: "range", min: String(RATES[0]), max: String(RATES[1]), step: "0.25", oninput: () => changed(Number(rate.value)) });
  const shown = h("span", { class: "sl-cb-value", "aria-hidden": "true" }); // the slider says it itself
  const run = h("button", { type: "button", class: "sl-cb-small", onclick: () => (state.on ? stop() : start()) }, "Start");
  const swap = h("button", { type: "button", class: "sl-cb-small", onclick: () => other() }, "Swap ", h("kbd", {}, "Space"));
  const note = h("small", {});
  const el = h("div", { class: "sl-cb-line" }, h("label", {}, h("span", {}, "changes a second"), rate, shown), run, swap, note);

  function other() {
    stop();
    step();
  }
  function step() {
    state.second = !state.second;
    turned();
  }
  function start() {
    stop();
    state.on = true;
    state.timer = setInterval(step, 1000 / state.rate);
    words();
  }
  function stop() {
    clearInterval(state.timer);
    state.on = false;
    words();
  }
  function words() {
    setText(run, state.on ? "Stop" : "Start");
    setText(note, calm.matches ? "Your system asks for less motion: it stands still until you start it." : "");
  }
  /** Shown or put away; `now` is the rate. */
  function paint(open, now) {
    const other = now !== state.rate;
    state.rate = now;
    rate.value = String(now);
    setText(shown, `${now.toFixed(2)}`);
    if (!open) {
      if (state.on) stop();
      state.asked = false;
    } else if (!state.asked) {
      state.asked = true;
      if (!calm.matches) start();
    } else if (other && state.on) start();
    words();
  }
  return { el, paint, other, stop, second: () => state.second };
}
