/** The tools that set points: eyes by hand, and distances. A point is set by a click, or with the cross that arrow keys move. */
import { h, refill, setHidden, setText } from "./dom.js";
import { MOST, NOUN, SIDES, distanceWords, inFrame, inPicture } from "./board_view.js";

const TOOLS = {
  eyes: { name: "Set eyes", key: "e", asks: ["the eye on the left of the picture", "the eye on its right"] },
  measure: { name: "Measure", key: "m", asks: ["where the distance begins", "where it ends"] },
};

/**
 * The tools; `board` gives `settings()`, `picture(side)`, `place(side)` and takes `set(changes)` and `say(words)`.
 * `armed()` says whether a click sets a point.
 */
export function pointTools(board) {
  let tool = "";
  let pending = { side: "", points: [] };
  const cross = {}; // side -> [x, y] px of its picture
  const buttons = Object.entries(TOOLS).map(([name, { name: words, key }]) => h("button", { type: "button", class: "sl-cb-small", "aria-pressed": "false", onclick: () => take(name) }, `${words} `, h("kbd", {}, key)));
  const forget = h("button", { type: "button", class: "sl-cb-small", onclick: () => board.set({ probe: { ...board.settings().probe, eyes: [] }, reference: { ...board.settings().reference, eyes: [] } }) }, "Forget my eyes");
  const asks = h("p", { class: "sl-cb-asks", role: "status", "aria-live": "polite" });
  const list = h("ol", { class: "sl-cb-measures", "aria-label": "Distances in pixels of the originals" });

  function take(name) {
    tool = tool === name ? "" : name;
    pending = { side: "", points: [] };
    if (tool) board.set({ mode: "side by side" });
    else board.repaint();
  }
  function leave() {
    if (!tool) return false;
    take(tool);
    return true;
  }
  function where(side) {
    return (cross[side] ??= [board.picture(side).image.naturalWidth / 2, board.picture(side).image.naturalHeight / 2]);
  }
  /** The cross moved by keys: one pixel of the screen's frame at a time would be too fine, so a hundredth of what is seen. */
  function moved(side, x, y, large) {
    const step = (large ? 0.05 : 0.005) / Math.hypot(...board.place(side).turn);
    const turned = inPicture({ turn: board.place(side).turn, shift: [0, 0] }, [x, y]);
    const length = Math.hypot(...turned) || 1;
    const at = where(side);
    cross[side] = inside(side, [at[0] + (step * turned[0]) / length, at[1] + (step * turned[1]) / length]);
    board.repaint();
  }
  function inside(side, [x, y]) {
    const { naturalWidth, naturalHeight } = board.picture(side).image;
    return [Math.max(0, Math.min(naturalWidth, x)), Math.max(0, Math.min(naturalHeight, y))];
  }
  function hovered(side, at) {
    cross[side] = inside(side, inPicture(board.place(side), at));
    board.repaint();
  }
  function point(side, at) {
    if (!tool) return;
    if (at) cross[side] = inside(side, inPicture(board.place(side), at));
    if (pending.side !== side) pending = { side, points: [] };
    pending.points = [...pending.points, where(side).map((value) => Math.round(value * 10) / 10)];
    if (pending.points.length === 2) done(side, pending.points);
    board.repaint();
  }
  function done(side, points) {
    pending = { side: "", points: [] };
    const settings = board.settings();
    if (Math.hypot(points[1][0] - points[0][0], points[1][1] - points[0][1]) < 0.5) return board.say("both points lie on each other; set them again");
    if (tool === "eyes") {
      const eyes = points[0][0] <= points[1][0] ? points : [points[1], points[0]];
      board.set({ [side]: { ...settings[side], eyes }, align: true });
      return board.say(`eyes of the ${NOUN[side]} set by hand`);
    }
    if (settings.measures.length >= MOST) return board.say(`there is room for ${MOST} distances; take one away first`);
    const measure = { side, start: points[0], end: points[1] };
    board.set({ measures: [...settings.measures, measure] });
    board.say(`${NOUN[side]}: ${distanceWords(measure, board.picture(side).scale)}`);
  }
  function paint() {
    const settings = board.settings();
    buttons.forEach((button, k) => button.setAttribute("aria-pressed", String(Object.keys(TOOLS)[k] === tool)));
    setText(asks, tool ? `${TOOLS[tool].name}: click ${TOOLS[tool].asks[pending.points.length]}${pending.side ? ` in the ${NOUN[pending.side]}` : ", in one picture"}; or arrow keys and Enter. Esc ends it.` : "");
    setHidden(asks, !tool);
    setHidden(forget, !SIDES.some((side) => settings[side].eyes.length));
    const lines = settings.measures.map((each, k) => ({ words: `${NOUN[each.side]}: ${distanceWords(each, board.picture(each.side).scale)}`, k }));
    const key = JSON.stringify(lines);
    if (list.slKey === key) return;
    list.slKey = key;
    refill(list, lines.map(({ words, k }) => h("li", {}, `${words} `, h("button", { type: "button", class: "sl-cb-small", "aria-label": `take away distance ${k + 1}`, onclick: () => board.set({ measures: board.settings().measures.filter((_, other) => other !== k) }) }, "×"))));
  }
  /** What to draw in a side's frame: points that wait, and the cross where that frame is at work. */
  function marks(side, focused) {
    return { points: pending.side === side ? pending.points : [], cross: tool && focused ? where(side) : null };
  }
  return { buttons: [...buttons, forget], asks, list, take, leave, moved, hovered, point, paint, marks, armed: () => tool !== "", restart: () => ((pending = { side: "", points: [] }), delete cross.probe, delete cross.reference), spot: (side) => inFrame(board.place(side), where(side)) };
}
