/** Scales and axis labels that the plots share. */

/** Position of `value` on a linear scale between two values and two pixels. */
export function linear(from, to, start, end) {
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

/** Position on a log scale; what is 0 or off the scale goes to `gutter`, where the axis says "none". */
export function logarithmic(from, to, start, end, gutter) {
  const place = linear(Math.log10(from), Math.log10(to), start, end);
  return (value) => (value > 0 && value >= from * 0.999 ? place(Math.log10(Math.min(value, to))) : gutter);
}

/** Powers of ten from `from` to `to`. */
export function decades(from, to) {
  const first = Math.ceil(Math.log10(from) - 1e-9);
  const last = Math.floor(Math.log10(to) + 1e-9);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, k) => 10 ** (first + k));
}

/** About `count` round numbers from `from` to `to`. */
export function roundTicks(from, to, count) {
  const raw = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999);
  const ticks = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-6; k++) ticks.push(Number((k * step).toPrecision(6)));
  return ticks;
}

/** Text at a place, kept inside the picture. */
export function label(pen, text, x, y, { align = "left", colour, font, within }) {
  pen.font = font;
  pen.fillStyle = colour;
  const width = pen.measureText(text).width;
  const left = align === "center" ? x - width / 2 : align === "right" ? x - width : x;
  pen.fillText(text, within ? Math.max(0, Math.min(left, within - width)) : left, y);
}

/** Labels in their order, leaving out those that would touch one that is already there. */
export function labels(pen, entries, y, style) {
  pen.font = style.font;
  const taken = [];
  for (const { text, x } of entries) {
    const half = pen.measureText(text).width / 2;
    const middle = Math.max(half, Math.min(x, style.within - half));
    if (taken.some((other) => Math.abs(other.middle - middle) < other.half + half + 8)) continue;
    taken.push({ middle, half });
    label(pen, text, middle, y, { ...style, align: "center" });
  }
}

/** A straight line. */
export function rule(pen, x1, y1, x2, y2, colour, width = 1, dash = []) {
  pen.save();
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
  pen.restore();
}

/** A ring with a filled ground: a position on a curve. */
export function ring(pen, x, y, radius, stroke, fill) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fillStyle = fill;
  pen.fill();
  pen.strokeStyle = stroke;
  pen.lineWidth = 2;
  pen.stroke();
}

/** A filled band between two lines of points. */
export function band(pen, upper, lower, colour, alpha) {
  pen.save();
  pen.globalAlpha = alpha;
  pen.fillStyle = colour;
  pen.beginPath();
  [...upper, ...[...lower].reverse()].forEach(([x, y], k) => (k ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.closePath();
  pen.fill();
  pen.restore();
}

/** A line through points. */
export function path(pen, points, colour, width = 2, dash = []) {
  pen.save();
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.lineJoin = "round";
  pen.setLineDash(dash);
  pen.beginPath();
  points.forEach(([x, y], k) => (k ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.stroke();
  pen.restore();
}
