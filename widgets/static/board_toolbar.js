/** The row above two compared pictures: how to compare, how large, and what is laid over or turned on. */
import { MODES } from "./board_view.js";
import { freshId, h, setHidden, setText } from "./dom.js";

/** The row; `board` is what the panel shares, `points` and `blink` are the tools with buttons of their own. */
export function boardToolbar(board, points, blink) {
  const group = freshId("mode");
  const modes = MODES.map((mode, k) => h("label", {}, h("input", { type: "radio", name: group, value: mode, onchange: () => board.set({ mode }) }), h("kbd", {}, String(k + 1)), h("span", {}, mode)));
  const mix = h("input", { type: "range", min: "0", max: "100", step: "1", oninput: () => board.set({ mix: Number(mix.value) / 100 }) });
  const mixed = h("span", { class: "sl-cb-value", "aria-hidden": "true" }); // the slider says it itself
  const mixing = h("label", { class: "sl-cb-line" }, h("span", {}, "footage"), mix, h("span", {}, "reference"), mixed);
  const zoom = h("output", { class: "sl-cb-zoom" });
  const zooms = [small("−", "smaller, both pictures", () => board.zoom(1 / 1.25)), zoom, small("+", "larger, both pictures", () => board.zoom(1.25)), small("whole", "both pictures as a whole", () => board.set({ zoom: 1, x: 0, y: 0 }))];
  const flags = { align: toggle("Align eyes", "a", board.align), grid: toggle("Grid", "g", () => board.set({ grid: !board.settings().grid })), pixels: toggle("Pixels", "p", board.swapPixels) };
  const el = h(
    "div",
    { class: "sl-cb-tools" },
    h("fieldset", { class: "sl-cb-modes" }, h("legend", {}, "How to compare"), ...modes),
    h("div", { class: "sl-cb-line" }, ...zooms, ...Object.values(flags), ...points.buttons),
    mixing,
    blink.el,
  );

  function paint() {
    const settings = board.settings();
    modes.forEach((label, k) => (label.firstChild.checked = MODES[k] === settings.mode));
    mix.value = String(Math.round(100 * settings.mix));
    setText(mixed, `${Math.round(100 * settings.mix)}% reference`);
    mix.setAttribute("aria-valuetext", mixed.textContent);
    setHidden(mixing, settings.mode !== "overlay");
    setHidden(blink.el, settings.mode !== "flicker");
    blink.paint(board.open() && settings.mode === "flicker", settings.rate);
    setText(zoom, `${settings.zoom.toFixed(2)}×`);
    for (const [name, on] of [["align", settings.align], ["grid", settings.grid], ["pixels", board.pixels()]]) flags[name].setAttribute("aria-pressed", String(on));
  }
  return { el, paint };
}

function small(words, label, onclick) {
  return h("button", { type: "button", class: "sl-cb-small", "aria-label": label, onclick }, words);
}

function toggle(words, key, onclick) {
  return h("button", { type: "button", class: "sl-cb-small", "aria-pressed": "false", onclick }, `${words} `, h("kbd", {}, key));
}
