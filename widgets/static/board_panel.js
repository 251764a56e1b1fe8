/**
 * Two pictures compared by eye: side by side, over each other or one after the other, both moved and enlarged as one. The
 * panel knows pictures and settings, and nothing of names, scores or Python.
 */
import { chooser, frame } from "./board_frame.js";
import { flicker } from "./board_flicker.js";
import { drawBoth, drawGrid, drawMeasures, drawPicture, drawPoints, placements, tonedCopies } from "./board_paint.js";
import { pointTools } from "./board_points.js";
import { tonesPanel } from "./board_tones.js";
import { MODES, NOUN, SIDES, eyesOf, held, plainSettings, plainTone, zoomed } from "./board_view.js";
import { freshId, h, setHidden, setText } from "./dom.js";

/** Keys of the panel, for `keyHelp`. */
export const BOARD_KEYS = [
  ["1 2 3", "side by side, overlay, flicker"],
  ["+ − 0", "enlarge, make smaller, as a whole"],
  ["arrows", "move both; with Shift further"],
  ["f", "next face of the footage; Shift f the one before"],
  ["r", "next reference; Shift r the one before"],
  ["a", "lay the eyes of both on one line"],
  ["e", "set the eyes by hand: arrows and Enter, or two clicks"],
  ["m", "measure a distance: arrows and Enter, or two clicks"],
  ["g p", "grid; single pixels"],
  ["[ ]", "less or more: of the reference, or changes a second"],
  ["Space", "in flicker: the other picture"],
  ["t", "light and dark as kept"],
];

/** The panel; `changed(settings)` whenever something was set, `say(words)` for what is to be heard. */
export function comparingPanel({ changed, say }) {
  const state = { settings: plainSettings(), pictures: { probe: [], reference: [] }, pixels: false, open: false };
  const copyOf = tonedCopies();
  const does = (side) => ({
    move: (x, y) => set(held({ ...state.settings, x: state.settings.x + x, y: state.settings.y + y })),
    zoom: (factor, at) => set(zoomed(state.settings, factor, at)),
    armed: () => side && points.armed(),
    point: (at) => points.point(side, at),
    hovered: (at) => points.hovered(side, at),
    cross: (x, y, large) => points.moved(side, x, y, large),
    set: () => points.point(side),
  });
  const frames = { probe: frame(does("probe")), reference: frame(does("reference")), both: frame(does("")) };
  const choosers = Object.fromEntries(SIDES.map((side) => [side, chooser(side === "probe" ? "Footage, face" : "Reference", (k) => choose(side, k))]));
  const tones = Object.fromEntries(SIDES.map((side) => [side, tonesPanel(NOUN[side], (tone) => set({ [side]: { ...state.settings[side], tone } }))]));
  const blink = flicker({ turned: repaint, changed: (rate) => set({ rate }) });
  const points = pointTools({ settings: () => state.settings, picture, place: (side) => places()[side], set, say, repaint });
  const tools = toolbar();
  const figures = SIDES.map((side) => h("figure", { class: `sl-cb-${side}` }, choosers[side].caption, frames[side].el, choosers[side].strip, tones[side].el));
  const both = h("figure", { class: "sl-cb-both", hidden: true }, h("figcaption", {}), frames.both.el);
  const stage = h("div", { class: "sl-cb-stage" }, both, ...figures);
  const el = h("div", { class: "sl-cb-panel" }, tools.el, points.asks, stage, points.list);
  Object.values(frames).forEach((each) => ["focus", "blur"].forEach((name) => each.el.addEventListener(name, repaint)));
  const sizes = new ResizeObserver(repaint);
  sizes.observe(stage);

  function picture(side) {
    return state.pictures[side][state.settings[side].picture];
  }
  function chosen() {
    return { probe: picture("probe"), reference: picture("reference") };
  }
  function places() {
    return placements(state.settings, chosen());
  }
  function set(changes) {
    state.settings = { ...state.settings, ...changes };
    repaint();
    changed(state.settings);
  }
  function choose(side, place) {
    const count = state.pictures[side].length;
    const next = (place + count) % count;
    if (next === state.settings[side].picture) return;
    points.restart();
    const measures = state.settings.measures.filter((each) => each.side !== side); // they belong to the picture that goes
    set({ [side]: { ...state.settings[side], picture: next, eyes: [] }, measures });
    say(picture(side).name);
  }
  /** Shows pictures `{ image, url, name, eyes, scale }`, from the beginning. */
  function show(probe, reference) {
    Object.assign(state, { pictures: { probe, reference }, settings: plainSettings(), open: true });
    points.restart();
    SIDES.forEach((side) => choosers[side].show(state.pictures[side]));
    repaint();
  }
  function toolbar() {
    const group = freshId("mode");
    const modes = MODES.map((mode, k) => h("label", {}, h("input", { type: "radio", name: group, value: mode, onchange: () => set({ mode }) }), h("kbd", {}, String(k + 1)), h("span", {}, mode)));
    const mix = h("input", { type: "range", min: "0", max: "100", step: "1", oninput: () => set({ mix: Number(mix.value) / 100 }) });
    const mixed = h("output", {});
    const mixing = h("label", { class: "sl-cb-line" }, h("span", {}, "footage"), mix, h("span", {}, "reference"), mixed);
    const zoom = h("output", { class: "sl-cb-zoom" });
    const small = (words, label, onclick) => h("button", { type: "button", class: "sl-cb-small", "aria-label": label, onclick }, words);
    const zooms = [small("−", "smaller, both pictures", () => set(zoomed(state.settings, 1 / 1.25))), zoom, small("+", "larger, both pictures", () => set(zoomed(state.settings, 1.25))), small("whole", "both pictures as a whole", () => set({ zoom: 1, x: 0, y: 0 }))];
    const flags = { align: toggle("Align eyes", "a", align), grid: toggle("Grid", "g", () => set({ grid: !state.settings.grid })), pixels: toggle("Pixels", "p", pixels) };
    const el = h(
      "div",
      { class: "sl-cb-tools" },
      h("fieldset", { class: "sl-cb-modes" }, h("legend", {}, "How to compare"), ...modes),
      h("div", { class: "sl-cb-line" }, ...zooms, ...Object.values(flags), ...points.buttons),
      mixing,
      blink.el,
    );
    function paint() {
      const { settings } = state;
      modes.forEach((label, k) => (label.firstChild.checked = MODES[k] === settings.mode));
      mix.value = String(Math.round(100 * settings.mix));
      setText(mixed, `${Math.round(100 * settings.mix)}% reference`);
      setHidden(mixing, settings.mode !== "overlay");
      setHidden(blink.el, settings.mode !== "flicker");
      blink.paint(state.open && settings.mode === "flicker", settings.rate);
      setText(zoom, `${settings.zoom.toFixed(2)}×`);
      for (const [name, on] of [["align", settings.align], ["grid", settings.grid], ["pixels", state.pixels]]) flags[name].setAttribute("aria-pressed", String(on));
    }
    return { el, paint };
  }
  function toggle(words, key, onclick) {
    return h("button", { type: "button", class: "sl-cb-small", "aria-pressed": "false", onclick }, `${words} `, h("kbd", {}, key));
  }
  function pixels() {
    state.pixels = !state.pixels;
    repaint();
  }
  function align() {
    const lacking = SIDES.filter((side) => eyesOf(state.settings, side, picture(side)).length !== 2);
    if (!lacking.length) return set({ align: !state.settings.align });
    say(`the eyes of the ${lacking.map((side) => NOUN[side]).join(" and ")} are not known: set them by hand`);
    points.take("eyes");
  }

  function repaint() {
    if (!state.open || !picture("probe") || !picture("reference")) return;
    const single = state.settings.mode !== MODES[0];
    if (stage.hasAttribute("data-single") !== single) change(single);
    tools.paint();
    points.paint();
    SIDES.forEach((side) => (tones[side].paint(state.settings[side].tone), choosers[side].paint(state.settings[side].picture, picture(side))));
    const place = places();
    if (single) paintBoth(place);
    else SIDES.forEach((side) => paintSide(side, place[side]));
  }
  /** From two frames to one or back; the focus goes along, because a frame that vanishes would drop it to the page. */
  function change(single) {
    const inside = Object.values(frames).some((each) => each.el === document.activeElement);
    setHidden(both, false);
    stage.removeAttribute("data-single");
    if (inside) (single ? frames.both : frames.probe).el.focus({ preventScroll: true });
    stage.toggleAttribute("data-single", single);
    setHidden(both, !single);
  }
  const draw = (side, place, size) => (pen) => drawPicture(pen, size, copyOf(picture(side).image, state.settings[side].tone), place[side], { pixels: state.pixels });
  function paintSide(side, place) {
    const { pen, size, ratio } = frames[side].fit();
    draw(side, { [side]: place }, size)(pen);
    if (state.settings.grid) drawGrid(pen, size);
    drawMeasures(pen, size, state.settings.measures, side, place, ratio);
    const marks = points.marks(side, document.activeElement === frames[side].el);
    drawPoints(pen, size, marks.points, place, ratio, marks.cross);
    frames[side].say(`${choosers[side].caption.textContent}; arrow keys move both pictures`);
  }
  function paintBoth(place) {
    const { pen, size } = frames.both.fit();
    const [first, second] = SIDES.map((side) => draw(side, place, size));
    const flickers = state.settings.mode === MODES[2];
    if (flickers) (blink.second() ? second : first)(pen);
    else drawBoth(pen, size, first, second, state.settings.mix);
    if (state.settings.grid) drawGrid(pen, size);
    setText(both.firstChild, flickers ? (blink.second() ? "Reference" : "Footage") : "Footage, and the reference over it");
    frames.both.say(`${flickers ? "footage and reference in turn" : "the reference over the footage"}; arrow keys move both pictures`);
  }
  /** A key that nothing else took; true if it meant something here. */
  function press({ key, shiftKey }) {
    const { settings } = state;
    if (!state.open) return false;
    if (MODES[Number(key) - 1]) return set({ mode: MODES[Number(key) - 1] }), true;
    const act = {
      "+": () => set(zoomed(settings, 1.25)), "=": () => set(zoomed(settings, 1.25)), "-": () => set(zoomed(settings, 0.8)), "0": () => set({ zoom: 1, x: 0, y: 0 }),
      f: () => choose("probe", settings.probe.picture + 1), F: () => choose("probe", settings.probe.picture - 1),
      r: () => choose("reference", settings.reference.picture + 1), R: () => choose("reference", settings.reference.picture - 1),
      a: align, g: () => set({ grid: !settings.grid }), p: pixels, e: () => tool("eyes"), m: () => tool("measure"),
      t: () => set(Object.fromEntries(SIDES.map((side) => [side, { ...settings[side], tone: plainTone() }]))),
      "[": () => less(-1), "]": () => less(1), Escape: points.leave,
    }[key];
    if (act) return act() !== false;
    if (key === " " && settings.mode === MODES[2]) return blink.other(), true;
    const way = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key];
    if (!way) return false;
    does("").move(way[0] * (shiftKey ? 0.2 : 0.05), way[1] * (shiftKey ? 0.2 : 0.05));
    return true;
  }
  /** A tool in hand, with the keys on the footage's frame. */
  function tool(name) {
    points.take(name);
    if (points.armed() && !SIDES.some((side) => document.activeElement === frames[side].el)) frames.probe.el.focus({ preventScroll: true });
  }
  function less(sign) {
    const round = (value, least, most) => Math.round(100 * Math.max(least, Math.min(most, value))) / 100;
    if (state.settings.mode === "flicker") set({ rate: round(state.settings.rate + 0.25 * sign, 0.25, 3) });
    else set({ mix: round(state.settings.mix + 0.05 * sign, 0, 1) });
  }
  function close() {
    state.open = false;
    blink.stop();
    sizes.disconnect();
  }
  return { el, show, press, close, repaint, rest: blink.stop, settings: () => state.settings, pictures: chosen, copyOf };
}
