/** The timeline drawn: lanes, a bar a track, the time below, and which part of the whole is seen. */
import { fitted } from "./dom.js";

export const LANES = [{ kind: 2, name: "alerts" }, { kind: 1, name: "near misses" }, { kind: 0, name: "other tracks" }];
export const LEFT = 84; // px beside the lanes, for their names
export const RIGHT = 10;
const ROW = 16;
const [AXIS, STRIP] = [20, 7]; // px below the lanes: the time, and the strip of the whole
const STEPS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];

/** "1:02:05", or "0:12.5" where the whole is short. */
export function clockWords(seconds, fine = false) {
  const tenths = Math.floor(seconds * 10 + 1e-4); // 4.1 less 4 is a little less than a tenth
  const whole = Math.floor(tenths / 10);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = fine ? `.${tenths % 10}` : "";
  const two = (value) => String(value).padStart(2, "0");
  return (hours ? `${hours}:${two(minutes)}` : String(minutes)) + `:${two(rest)}${tail}`;
}

/** How high a line is whose lanes have so many rows, by kind. */
export function heightOf(depth) {
  return topOf(depth, null) + AXIS + STRIP;
}

/** Where a track stands on the line, in px; `x` places a time. */
export function boxOf(track, depth, x) {
  const left = x(track.start);
  return { left, width: Math.max(5, x(track.end) - left), top: topOf(depth, track.kind) + ROW * track.row + 2, height: ROW - 4 };
}

/** Top of a lane, or of what is below all lanes. */
function topOf(depth, kind) {
  let top = 0;
  for (const lane of LANES) {
    if (lane.kind === kind) return top;
    top += ROW * depth[lane.kind] + 6;
  }
  return top;
}

/** Draws `tracks` in a window of time; `frame(track)` is a colour and a width, or null; `at` is where the clip stands. */
export function paintLine(canvas, { tracks, depth, view, whole, x, at, colours, frame }) {
  const { pen, width, height } = fitted(canvas);
  const below = height - STRIP;
  pen.clearRect(0, 0, width, height);
  pen.font = colours.font;
  pen.textBaseline = "middle";
  lanes(pen, depth, width, colours);
  axis(pen, view, x, width, below, colours);
  strip(pen, view, whole, width, height, colours);
  pen.save();
  pen.beginPath();
  pen.rect(LEFT - 3, 0, width - LEFT - RIGHT + 6, below);
  pen.clip();
  tracks.forEach((track) => bar(pen, track, boxOf(track, depth, x), colours, frame(track)));
  if (at >= view.first && at <= view.last) stroke(pen, x(at), below - AXIS, colours.ink);
  pen.restore();
}

function lanes(pen, depth, width, colours) {
  pen.textAlign = "left";
  for (const { kind, name } of LANES) {
    pen.fillStyle = colours.soft;
    pen.fillText(name, 0, topOf(depth, kind) + ROW / 2);
    pen.fillStyle = colours.panel;
    pen.fillRect(LEFT, topOf(depth, kind), width - LEFT - RIGHT, ROW * depth[kind] + 2);
  }
}

function axis(pen, { first, last }, x, width, below, colours) {
  const room = (width - LEFT - RIGHT) / 70;
  const step = STEPS.find((each) => (last - first) / each <= room) ?? 43200;
  pen.fillStyle = colours.soft;
  pen.textAlign = "center";
  for (let t = Math.ceil(first / step) * step; t <= last + 1e-9; t += step) {
    if (x(t) > width - 16) break;
    pen.fillText(clockWords(t, step < 1), Math.max(x(t), LEFT + 10), below - AXIS / 2 + 2);
    pen.fillRect(x(t), below - AXIS, 1, 4);
  }
}

/** The whole as a strip, and the window in it, where that is not all of it. */
function strip(pen, view, whole, width, height, colours) {
  const long = whole.last - whole.first;
  if (view.last - view.first > 0.999 * long) return;
  const scale = (width - LEFT - RIGHT) / long;
  pen.fillStyle = colours.panel;
  pen.fillRect(LEFT, height - 5, width - LEFT - RIGHT, 4);
  pen.fillStyle = colours.accent;
  pen.fillRect(LEFT + (view.first - whole.first) * scale, height - 5, Math.max(4, (view.last - view.first) * scale), 4);
}

function bar(pen, track, box, colours, frame) {
  pen.fillStyle = { 0: colours.track, 1: colours.near, 2: colours.alert }[track.kind];
  pen.fillRect(box.left, box.top, box.width, box.height);
  if (track.kind === 2) mark(pen, box, colours.ground); // never colour alone: alerts carry a mark, near misses a gap
  if (track.kind === 1) pen.clearRect(box.left + 1.5, box.top + box.height / 2 - 1, Math.max(0, box.width - 3), 2);
  if (!frame) return;
  [pen.strokeStyle, pen.lineWidth] = frame;
  pen.strokeRect(box.left - 1.5, box.top - 1.5, box.width + 3, box.height + 3);
}

function mark(pen, { left, width, top, height }, colour) {
  if (width < 9) return;
  pen.fillStyle = colour;
  pen.beginPath();
  pen.moveTo(left + width / 2 - 3.5, top + 2.5);
  pen.lineTo(left + width / 2 + 3.5, top + 2.5);
  pen.lineTo(left + width / 2, top + height - 2.5);
  pen.fill();
}

function stroke(pen, x, height, colour) {
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(x, 0);
  pen.lineTo(x, height);
  pen.stroke();
}
