/** Drawing for comparing: copies with their tone, both in one frame, the grid, measurements and the cross that sets a point. */
import { SIDES, aligned, eyesOf, inFrame, placement, toneTable } from "./board_view.js";

const GROUND = "#eceff2";
const MARK = "#e69f00";

/** A copy of a picture, its light and dark as set; made anew only if they change. */
export function tonedCopies() {
  const copies = new WeakMap();
  return (image, tone) => {
    const key = JSON.stringify(tone);
    const known = copies.get(image);
    if (known?.key === key) return known.canvas;
    const canvas = toned(image, toneTable(tone));
    copies.set(image, { key, canvas });
    return canvas;
  };
}

function toned(image, table) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(image, 0, 0);
  if (table.every((value, k) => value === k)) return canvas;
  const pixels = pen.getImageData(0, 0, canvas.width, canvas.height);
  for (let k = 0; k < pixels.data.length; k++) if (k % 4 !== 3) pixels.data[k] = table[pixels.data[k]];
  pen.putImageData(pixels, 0, 0);
  return canvas;
}

/** Where both pictures lie: `{ probe, reference }`. */
export function placements(settings, pictures) {
  const both = aligned(settings, pictures);
  const place = (side) => placement([pictures[side].image.naturalWidth, pictures[side].image.naturalHeight], both ? eyesOf(settings, side, pictures[side]) : [], settings);
  return Object.fromEntries(SIDES.map((side) => [side, place(side)]));
}

/** One picture in a frame of `size` px. */
export function drawPicture(pen, size, copy, { turn, shift }, { pixels = false } = {}) {
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.fillStyle = GROUND;
  pen.fillRect(0, 0, size, size);
  pen.setTransform(size * turn[0], size * turn[1], -size * turn[1], size * turn[0], size * shift[0], size * shift[1]);
  pen.imageSmoothingEnabled = !pixels;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(copy, 0, 0);
  pen.setTransform(1, 0, 0, 1, 0, 0);
}

/** The second over the first, `mix` of it. */
export function drawBoth(pen, size, first, second, mix) {
  first(pen);
  const layer = document.createElement("canvas");
  layer.width = layer.height = size;
  second(layer.getContext("2d"));
  pen.globalAlpha = mix;
  pen.drawImage(layer, 0, 0);
  pen.globalAlpha = 1;
}

export function drawGrid(pen, size) {
  for (const [colour, width] of [["rgba(0,0,0,0.35)", 3], ["rgba(255,255,255,0.75)", 1]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    for (let k = 1; k < 8; k++) {
      const at = Math.round((size * k) / 8) + 0.5;
      pen.moveTo(at, 0);
      pen.lineTo(at, size);
      pen.moveTo(0, at);
      pen.lineTo(size, at);
    }
    pen.stroke();
  }
}

/** The measurements of one side, numbered as in the list. */
export function drawMeasures(pen, size, measures, side, place, ratio = 1) {
  measures.forEach((measure, k) => {
    if (measure.side !== side) return;
    const [from, to] = [measure.start, measure.end].map((point) => inFrame(place, point).map((value) => value * size));
    stroke(pen, [from, to], ratio);
    [from, to].forEach((at) => ring(pen, at, 4 * ratio, ratio));
    label(pen, String(k + 1), (from[0] + to[0]) / 2 + 6 * ratio, (from[1] + to[1]) / 2 - 4 * ratio, ratio);
  });
}

/** Points of a picture that were set and wait for another, and the cross of the keyboard. */
export function drawPoints(pen, size, points, place, ratio, cross) {
  points.forEach((point) => ring(pen, inFrame(place, point).map((value) => value * size), 5 * ratio, ratio));
  if (!cross) return;
  const [x, y] = inFrame(place, cross).map((value) => value * size);
  stroke(pen, [[x - 14 * ratio, y], [x + 14 * ratio, y]], ratio);
  stroke(pen, [[x, y - 14 * ratio], [x, y + 14 * ratio]], ratio);
}

function stroke(pen, [from, to], ratio) {
  for (const [colour, width] of [["#000000", 4], [MARK, 2]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width * ratio;
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
  }
}

function ring(pen, [x, y], radius, ratio) {
  for (const [colour, width] of [["#000000", 4], [MARK, 2]]) {
    pen.strokeStyle = colour;
    pen.lineWidth = width * ratio;
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.stroke();
  }
}

function label(pen, words, x, y, ratio) {
  pen.font = `600 ${13 * ratio}px system-ui, sans-serif`;
  pen.lineWidth = 4 * ratio;
  pen.strokeStyle = "#000000";
  pen.strokeText(words, x, y);
  pen.fillStyle = MARK;
  pen.fillText(words, x, y);
}
