/**
 * Where things lie when two pictures are compared: the arithmetic of workbench/comparison.py and its settings, in the browser. Everything is
 * drawn in a frame of 1 x 1; a point of a picture, as a complex number [x, y], lies at `turn * point + shift` of the frame.
 */

export const SIDES = ["probe", "reference"];
export const NOUN = { probe: "footage", reference: "reference" };
export const MODES = ["side by side", "overlay", "flicker"];
export const TONES = { brightness: [-0.5, 0.5, 0], contrast: [0.25, 4, 1], gamma: [0.25, 4, 1] }; // least, most, as kept
export const ZOOMS = [0.5, 16];
export const MOST = 12; // measurements
const EYES = [[0.36, 0.42], [0.64, 0.42]];
const MIDDLE = [0.5, 0.5];

const add = (a, b) => [a[0] + b[0], a[1] + b[1]];
const less = (a, b) => [a[0] - b[0], a[1] - b[1]];
const times = (a, b) => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
const over = (a, b) => times(a, [b[0] / (b[0] ** 2 + b[1] ** 2), -b[1] / (b[0] ** 2 + b[1] ** 2)]);
const scaled = (a, s) => [s * a[0], s * a[1]];

/** What is set when nothing was touched. */
export function plainSettings() {
  return { mode: MODES[0], mix: 0.5, rate: 1, zoom: 1, x: 0, y: 0, align: false, grid: false, probe: plainSide(), reference: plainSide(), measures: [] };
}

function plainSide() {
  return { picture: 0, tone: plainTone(), eyes: [] };
}

export function plainTone() {
  return Object.fromEntries(Object.entries(TONES).map(([name, [, , usual]]) => [name, usual]));
}

/** `{ turn, shift }` of a picture of `size` [width, height]; with two `eyes` they are laid where all eyes lie. */
export function placement(size, eyes, { zoom, x, y }) {
  const scale = 1 / Math.max(...size);
  let [turn, shift] = [[scale, 0], less(MIDDLE, scaled(size, scale / 2))];
  if (eyes.length === 2) {
    turn = over(less(EYES[1], EYES[0]), less(eyes[1], eyes[0]));
    shift = less(EYES[0], times(turn, eyes[0]));
  }
  return { turn: scaled(turn, zoom), shift: add(add(scaled(less(shift, MIDDLE), zoom), MIDDLE), [x, y]) };
}

/** Where a point of the picture lies in the frame, and the other way round. */
export const inFrame = ({ turn, shift }, point) => add(times(turn, point), shift);
export const inPicture = ({ turn, shift }, point) => over(less(point, shift), turn);

/** How far both may be moved: never so far that nothing is left to see. */
export function held(settings) {
  const most = Math.max(0.5, settings.zoom / 2);
  const within = (value) => Math.max(-most, Math.min(most, value));
  return { x: within(settings.x), y: within(settings.y) };
}

/** Zoom by a factor so that what lies at `at` of the frame stays there. */
export function zoomed(settings, factor, at = MIDDLE) {
  const zoom = Math.max(ZOOMS[0], Math.min(ZOOMS[1], settings.zoom * factor));
  const away = less(at, MIDDLE);
  const [x, y] = less(away, scaled(less(away, [settings.x, settings.y]), zoom / settings.zoom));
  return { zoom, ...held({ zoom, x, y }) };
}

/** What each of the values 0..255 becomes. */
export function toneTable({ brightness, contrast, gamma }) {
  return Uint8ClampedArray.from({ length: 256 }, (_, k) => {
    const value = Math.max(0, Math.min(1, (k / 255 - 0.5) * contrast + 0.5 + brightness));
    return Math.floor(255 * value ** (1 / gamma) + 0.5);
  });
}

/** A distance in pixels of the original, in words; of the kept picture where nobody knows how it was made smaller. */
export function distanceWords({ side, start, end }, scale) {
  const px = Math.hypot(...less(end, start));
  if (!(scale > 0)) return `${px.toFixed(1)} px of the picture as it is kept`;
  return `${(px / scale).toFixed(1)} px of the original ${side === "probe" ? "frame" : "photograph"}`;
}

/** What was done to the copies, as printed under a sheet that the page draws itself. */
export function settingsWords(settings, pictures) {
  const view = [settings.mode === "overlay" ? `as overlay with ${Math.round(100 * settings.mix)}% of the reference` : settings.mode];
  if (settings.zoom !== 1 || settings.x || settings.y) view.push(`enlarged ${settings.zoom.toFixed(2)} times and moved by ${settings.x.toFixed(2)}, ${settings.y.toFixed(2)} of the frame`);
  if (aligned(settings, pictures)) view.push(`eyes laid on one line and at one distance (${SIDES.map((side) => `${NOUN[side]}: ${settings[side].eyes.length ? "set by hand" : "found by the detector"}`).join(", ")})`);
  if (settings.grid) view.push("with a grid of eighths");
  const tones = SIDES.map((side) => `${NOUN[side]}: ${toneWords(settings[side].tone)}`);
  const distances = settings.measures.map((each) => `Distance in the ${NOUN[each.side]}: ${distanceWords(each, pictures[each.side].scale)}.`);
  return [`Shown ${view.join(", ")}.`, `Light and dark of the copies: ${tones.join("; ")}.`, ...distances];
}

function toneWords(tone) {
  if (Object.entries(TONES).every(([name, [, , usual]]) => tone[name] === usual)) return "as kept";
  return `brightness ${tone.brightness.toFixed(2)}, contrast ${tone.contrast.toFixed(2)}, gamma ${tone.gamma.toFixed(2)}`;
}

/** The eyes that count for a side, and whether both sides have them and are aligned. */
export const eyesOf = (settings, side, picture) => (settings[side].eyes.length ? settings[side].eyes : picture.eyes);
export function aligned(settings, pictures) {
  return settings.align && SIDES.every((side) => eyesOf(settings, side, pictures[side]).length === 2);
}
