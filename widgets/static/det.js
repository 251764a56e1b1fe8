/** What is missed against what is wrongly alerted, at every threshold: the DET curve on two log axes, with its band. */
import { fitted, h, layerLike, picture } from "./dom.js";
import { band, decades, label, labels, logarithmic, path, ring, rule } from "./axes.js";
import { rateAt } from "./rates.js";
import { oneIn, perCent, TOO_FEW } from "./words.js";

const EDGE = { left: 46, right: 12, top: 10, bottom: 32 }; // px; on the left at least, longer names take more
const POINTS = 110; // on each axis
const NAME_HIGH = 12; // px below the upper edge, where a name has room

/** The plot; says that it cannot be drawn where one kind of pass is missing. */
export function detPlot(data) {
  const { nonmated, mated } = data;
  const canvas = picture("Detection error trade-off");
  const caption = h("figcaption", {}, "Missed against wrongly alerted ", h("small", {}, h("abbr", { title: "detection error trade-off: at every threshold, who is missed against who is wrongly alerted" }, "DET"), ", both axes logarithmic; band: 95 % limits of both rates"));
  const el = h("figure", { class: "sl-figure" }, caption, canvas);
  const drawable = Boolean(nonmated?.passes && mated?.passes);
  const curve = drawable ? curveOf(nonmated, mated) : [];
  let box, base, axes;

  function layout(colours) {
    box = fitted(canvas);
    if (!drawable) return;
    axes = axesFor(box, nonmated.passes, mated.passes, colours);
    base = drawBase(layerLike(box), axes, curve, colours);
  }
  function paint(view, colours) {
    if (!box) return;
    box.pen.clearRect(0, 0, box.width, box.height);
    if (!drawable) {
      label(box.pen, `${TOO_FEW}: needs passes of both kinds`, 10, box.height / 2, { colour: colours.soft, font: colours.font });
      return;
    }
    box.pen.drawImage(base.canvas, 0, 0, box.width, box.height);
    if (view.pin) drawPoint(box, axes, view.pin, "A", colours.pin, colours);
    drawPoint(box, axes, view, view.pin ? "B" : "here", colours.ink, colours);
  }
  function describe(view) {
    const rates = `${perCent(1 - view.found.rate)} of listed people missed, ${oneIn(view.strangers.rate)} strangers alerted`;
    canvas.setAttribute("aria-label", `Detection error trade-off. At ${view.text}: ${rates}.`);
  }
  return { el, layout, paint, describe };
}

/** Rates and limits at thresholds that are dense wherever either rate changes, in the logarithm of its tail. */
function curveOf(nonmated, mated) {
  const thresholds = new Set();
  for (let k = 0; k <= POINTS; k++) {
    const share = k / POINTS;
    addScore(thresholds, nonmated.scores, nonmated.count - nonmated.count ** share); // rare false alerts
    addScore(thresholds, mated.scores, mated.count ** share - 1); // rare misses
    addScore(thresholds, mated.scores, mated.count * share);
  }
  return [...thresholds]
    .sort((one, other) => one - other)
    .map((threshold) => ({ strangers: rateAt(nonmated, threshold), found: rateAt(mated, threshold) }))
    .filter(({ strangers }) => strangers.count); // beyond the top stranger the curve is a wish
}

/**
 * The edges of the band, [FPIR, FNIR] a threshold, thresholds rising. With few people the limits at one threshold may lie within
 * those at the next, and the edges would cross: each edge is therefore the least one that goes one way and leaves
 * no limit out. `worst` begins and ends at a corner of the first and the last threshold's own limits.
 */
export function bandOf(curve) {
  const fpir = (limit) => curve.map(({ strangers }) => strangers[limit]);
  const fnir = (limit) => curve.map(({ found }) => 1 - found[limit]);
  const pairs = (x, y) => x.map((value, k) => [value, y[k]]);
  const worst = pairs(running(fpir("high").reverse(), Math.max).reverse(), running(fnir("low"), Math.max));
  const best = pairs(running(fpir("low"), Math.min), running(fnir("high").reverse(), Math.min).reverse());
  const corners = curve.length ? { first: [worst[0][0], best[0][1]], last: [best.at(-1)[0], worst.at(-1)[1]] } : {};
  return { worst: [corners.first, ...worst, corners.last].filter(Boolean), best };
}

function running(values, choose) {
  let kept = values[0];
  return values.map((value) => (kept = choose(kept, value)));
}

function addScore(thresholds, scores, index) {
  const at = Math.min(Math.max(Math.round(index), 0), scores.length - 1);
  if (at >= 0) thresholds.add(scores[at]).add(Math.fround(scores[at] + Math.abs(scores[at]) * 1e-6 + 1e-9));
}

function axesFor({ pen, width, height }, strangers, listed, { font }) {
  const low = (passes) => 10 ** Math.floor(Math.log10(0.9 / passes));
  const x = { from: Math.max(low(strangers), 1e-8), to: 1 };
  const y = { from: Math.max(low(listed), 1e-6), to: 1 };
  const left = roomFor(pen, decades(y.from, y.to).map(missed), font);
  return {
    x,
    y,
    left,
    placeX: logarithmic(x.from, x.to, left + 14, width - EDGE.right, left),
    placeY: logarithmic(y.from, y.to, height - EDGE.bottom - 10, EDGE.top, height - EDGE.bottom),
  };
}

/** Where the axis is, in px, so that the longest of these names fits on its left. */
function roomFor(pen, names, font) {
  pen.font = font;
  return Math.max(EDGE.left, ...names.map((name) => Math.ceil(pen.measureText(name).width) + 8));
}

/** A share of listed people who are missed, as the axis names it. */
export function missed(share) {
  return perCent(share).replace(/\.0 %$/, " %");
}

function drawBase(layer, axes, curve, colours) {
  drawGrid(layer, axes, colours);
  const { pen } = layer;
  const at = (fpir, fnir) => [axes.placeX(fpir), axes.placeY(fnir)];
  const { worst, best } = bandOf(curve);
  const known = [...worst, ...best].flat().every(Number.isFinite);
  if (known) band(pen, worst.map(([x, y]) => at(x, y)), best.map(([x, y]) => at(x, y)), colours.accent, 0.2);
  path(pen, curve.map(({ strangers, found }) => at(strangers.rate, 1 - found.rate)), colours.accent);
  return layer;
}

function drawGrid({ pen, width, height }, { x, y, left, placeX, placeY }, colours) {
  const style = { colour: colours.soft, font: colours.font };
  const bottom = height - EDGE.bottom;
  rule(pen, left, bottom + 0.5, width - EDGE.right, bottom + 0.5, colours.line);
  rule(pen, left + 0.5, EDGE.top, left + 0.5, bottom, colours.line);
  const across = decades(x.from, x.to);
  across.forEach((value) => rule(pen, placeX(value), EDGE.top, placeX(value), bottom, colours.line, 0.5));
  const named = across.filter((value) => value < 1).reverse().map((value) => ({ text: oneIn(value), x: placeX(value) }));
  labels(pen, [{ text: "none", x: left }, ...named], bottom + 14, { ...style, within: width });
  for (const value of decades(y.from, y.to)) {
    rule(pen, left, placeY(value), width - EDGE.right, placeY(value), colours.line, 0.5);
    label(pen, missed(value), left - 5, placeY(value) + 4, { ...style, align: "right" });
  }
  label(pen, "strangers alerted →", width - EDGE.right, height - 3, { ...style, align: "right" });
}

/** A position with the cross of its limits. */
function drawPoint(box, { placeX, placeY }, { strangers, found }, name, colour, colours) {
  const x = placeX(strangers.rate);
  const y = placeY(1 - found.rate);
  rule(box.pen, placeX(strangers.low), y, placeX(strangers.high), y, colour, 1.5);
  rule(box.pen, x, placeY(1 - found.low), x, placeY(1 - found.high), colour, 1.5);
  ring(box.pen, x, y, 5.5, colour, colours.ground);
  label(box.pen, name, x + 10, Math.max(y - 8, NAME_HIGH), { colour, font: `600 ${colours.font}`, within: box.width });
}
