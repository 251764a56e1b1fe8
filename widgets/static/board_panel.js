/**
 * Two pictures compared by eye: side by side, over each other or one after the other, both moved and enlarged as one. The
 * panel knows pictures and settings, and nothing of names, scores or Python. Here is what is set; what is seen of it and
 * what sets it is in `board_stage.js`, `board_toolbar.js`, `board_points.js` and `board_keys.js`, which share `board`.
 */
import { flicker } from "./board_flicker.js";
import { boardKeys } from "./board_keys.js";
import { placements, tonedCopies } from "./board_paint.js";
import { pointTools } from "./board_points.js";
import { boardStage } from "./board_stage.js";
import { boardToolbar } from "./board_toolbar.js";
import { NOUN, SIDES, eyesOf, held, plainSettings, plainTone, zoomed } from "./board_view.js";
import { h } from "./dom.js";

/** The panel; `changed(settings)` whenever something was set, `say(words)` for what is to be heard. */
export function comparingPanel({ changed, say }) {
  const state = { settings: plainSettings(), pictures: { probe: [], reference: [] }, pixels: false, open: false };
  const copyOf = tonedCopies();
  const board = {
    settings: () => state.settings, pixels: () => state.pixels, open: () => state.open, picture, places, place: (side) => places()[side], copyOf,
    set, choose, align, plain, say, repaint, swapPixels: () => ((state.pixels = !state.pixels), repaint()),
    move: (x, y) => set(held({ ...state.settings, x: state.settings.x + x, y: state.settings.y + y })),
    zoom: (factor, at) => set(zoomed(state.settings, factor, at)),
  };
  const blink = flicker({ turned: repaint, changed: (rate) => set({ rate }) });
  const points = pointTools(board);
  const stage = boardStage(board, points, blink);
  const tools = boardToolbar(board, points, blink);
  const press = boardKeys(board, points, blink, stage);
  const el = h("div", { class: "sl-cb-panel" }, tools.el, points.asks, stage.el, points.list);
  const sizes = new ResizeObserver(repaint);
  sizes.observe(stage.el);

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
  function align() {
    const lacking = SIDES.filter((side) => eyesOf(state.settings, side, picture(side)).length !== 2);
    if (!lacking.length) return set({ align: !state.settings.align });
    say(`the eyes of the ${lacking.map((side) => NOUN[side]).join(" and ")} are not known: set them by hand`);
    points.take("eyes");
  }
  /** Light and dark as they were kept. */
  function plain() {
    set(Object.fromEntries(SIDES.map((side) => [side, { ...state.settings[side], tone: plainTone() }])));
  }
  /** Shows pictures `{ image, url, name, eyes, scale }`, from the beginning. */
  function show(probe, reference) {
    Object.assign(state, { pictures: { probe, reference }, settings: plainSettings(), open: true });
    points.restart();
    stage.show(state.pictures);
    repaint();
  }
  function repaint() {
    if (!state.open || !picture("probe") || !picture("reference")) return;
    stage.turn();
    tools.paint();
    points.paint();
    stage.paint();
  }
  function close() {
    state.open = false;
    blink.stop();
    sizes.disconnect();
  }
  return { el, show, press, close, repaint, rest: blink.stop, settings: () => state.settings, pictures: chosen, copyOf };
}
