/** Where two compared pictures are seen: a frame for each, with its strip to choose from and its tones, or one for both. */
import { chooser, frame } from "./board_frame.js";
import { drawBoth, drawGrid, drawMeasures, drawPicture, drawPoints } from "./board_paint.js";
import { tonesPanel } from "./board_tones.js";
import { MODES, NOUN, SIDES } from "./board_view.js";
import { h, setHidden, setText } from "./dom.js";

/** The stage; `board` is what the panel shares, `points` the tools that set points, `blink` the flicker. */
export function boardStage(board, points, blink) {
  const frames = { probe: frame(does("probe")), reference: frame(does("reference")), both: frame(does("")) };
  const each = (make) => Object.fromEntries(SIDES.map((side) => [side, make(side)]));
  const choosers = each((side) => chooser(side === "probe" ? "Footage, face" : "Reference", (place) => board.choose(side, place)));
  const tones = each((side) => tonesPanel(NOUN[side], (tone) => board.set({ [side]: { ...board.settings()[side], tone } })));
  const figures = SIDES.map((side) => h("figure", { class: `sl-cb-${side}` }, choosers[side].caption, frames[side].el, choosers[side].strip, tones[side].el));
  const both = h("figure", { class: "sl-cb-both", hidden: true }, h("figcaption", {}), frames.both.el);
  const el = h("div", { class: "sl-cb-stage" }, both, ...figures);
  Object.values(frames).forEach((one) => ["focus", "blur"].forEach((name) => one.el.addEventListener(name, board.repaint)));

  /** What a frame does; points are set in the frame of one side only. */
  function does(side) {
    return {
      move: board.move,
      zoom: board.zoom,
      armed: () => side && points.armed(),
      point: (at) => points.point(side, at),
      hovered: (at) => points.hovered(side, at),
      cross: (x, y, large) => points.moved(side, x, y, large),
      set: () => points.point(side),
    };
  }
  function single() {
    return board.settings().mode !== MODES[0];
  }
  /** From two frames to one or back; the focus goes along, because a frame that vanishes would drop it to the page. */
  function turn() {
    if (el.hasAttribute("data-single") === single()) return;
    const inside = Object.values(frames).some((one) => one.el === document.activeElement);
    setHidden(both, false);
    el.removeAttribute("data-single");
    if (inside) (single() ? frames.both : frames.probe).el.focus({ preventScroll: true });
    el.toggleAttribute("data-single", single());
    setHidden(both, !single());
  }
  function paint() {
    const settings = board.settings();
    SIDES.forEach((side) => (tones[side].paint(settings[side].tone), choosers[side].paint(settings[side].picture, board.picture(side))));
    const place = board.places();
    if (single()) paintBoth(settings, place);
    else SIDES.forEach((side) => paintSide(side, settings, place[side]));
  }
  function draw(side, place, size) {
    return (pen) => drawPicture(pen, size, board.copyOf(board.picture(side).image, board.settings()[side].tone), place[side], { pixels: board.pixels() });
  }
  function paintSide(side, settings, place) {
    const { pen, size, ratio } = frames[side].fit();
    draw(side, { [side]: place }, size)(pen);
    if (settings.grid) drawGrid(pen, size);
    drawMeasures(pen, size, settings.measures, side, place, ratio);
    const marks = points.marks(side, document.activeElement === frames[side].el);
    drawPoints(pen, size, marks.points, place, ratio, marks.cross);
    frames[side].say(`${choosers[side].caption.textContent}; arrow keys move both pictures`);
  }
  function paintBoth(settings, place) {
    const { pen, size } = frames.both.fit();
    const [first, second] = SIDES.map((side) => draw(side, place, size));
    const flickers = settings.mode === MODES[2];
    if (flickers) (blink.second() ? second : first)(pen);
    else drawBoth(pen, size, first, second, settings.mix);
    if (settings.grid) drawGrid(pen, size);
    setText(both.firstChild, flickers ? (blink.second() ? "Reference" : "Footage") : "Footage, and the reference over it");
    frames.both.say(`${flickers ? "footage and reference in turn" : "the reference over the footage"}; arrow keys move both pictures`);
  }
  /** The keys onto the footage's frame, unless they are on a side's frame already. */
  function focus() {
    if (!SIDES.some((side) => document.activeElement === frames[side].el)) frames.probe.el.focus({ preventScroll: true });
  }
  return { el, turn, paint, focus, show: (pictures) => SIDES.forEach((side) => choosers[side].show(pictures[side])) };
}
