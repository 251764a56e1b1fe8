/** The keys of two compared pictures, where nothing else took them. */
import { MODES } from "./board_view.js";

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
const WAYS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** `press(event)`: true if the key meant something here; `board`, `points`, `blink` and `stage` do what it says. */
export function boardKeys(board, points, blink, stage) {
  const next = (side, step) => board.choose(side, board.settings()[side].picture + step);
  const acts = {
    "+": () => board.zoom(1.25), "=": () => board.zoom(1.25), "-": () => board.zoom(0.8), "0": () => board.set({ zoom: 1, x: 0, y: 0 }),
    f: () => next("probe", 1), F: () => next("probe", -1), r: () => next("reference", 1), R: () => next("reference", -1),
    a: board.align, g: () => board.set({ grid: !board.settings().grid }), p: board.swapPixels, t: board.plain,
    e: () => tool("eyes"), m: () => tool("measure"), "[": () => less(-1), "]": () => less(1), Escape: points.leave,
  };

  return function press({ key, shiftKey }) {
    if (!board.open()) return false;
    if (MODES[Number(key) - 1]) return board.set({ mode: MODES[Number(key) - 1] }), true;
    if (Object.hasOwn(acts, key)) return acts[key]() !== false;
    if (key === " " && board.settings().mode === MODES[2]) return blink.other(), true;
    if (!WAYS[key]) return false;
    board.move(...WAYS[key].map((way) => way * (shiftKey ? 0.2 : 0.05)));
    return true;
  };

  /** A tool in hand, with the keys on a frame. */
  function tool(name) {
    points.take(name);
    if (points.armed()) stage.focus();
  }
  function less(sign) {
    const { mode, rate, mix } = board.settings();
    const round = (value, least, most) => Math.round(100 * Math.max(least, Math.min(most, value))) / 100;
    if (mode === "flicker") board.set({ rate: round(rate + 0.25 * sign, 0.25, 3) });
    else board.set({ mix: round(mix + 0.05 * sign, 0, 1) });
  }
}
