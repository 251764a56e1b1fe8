/** The share of alerts that are wrong against the base rate: the curve that joins the two answers. */
import { fitted, h, picture } from "./dom.js";
import { band, decades, label, labels, linear, logarithmic, path, ring, rule } from "./axes.js";
import { expect } from "./rates.js";
import { oneIn, perCent } from "./words.js";

const EDGE = { left: 46, right: 12, top: 12, bottom: 32 };
const [FROM, TO] = [1e-6, 10 ** -0.5];
const STEPS = 90;

/** The plot. */
export function baseRatePlot() {
  const canvas = picture("Share of alerts that are wrong against the base rate");
  const el = h("figure", { class: "sl-figure" }, h("figcaption", {}, "Wrong alerts depend on who walks past ", h("small", {}, "share of alerts that are wrong")), canvas);
  let box, shown;

  function layout() {
    box = fitted(canvas);
  }
  function paint(system, colours) {
    shown = system;
    if (!box) return;
    box.pen.clearRect(0, 0, box.width, box.height);
    const axes = { x: logarithmic(FROM, TO, EDGE.left, box.width - EDGE.right, EDGE.left), y: linear(0, 1, box.height - EDGE.bottom, EDGE.top) };
    drawGrid(box, axes, colours);
    if (system.observed) drawObserved(box, axes, system.observed, colours);
    if (Number.isNaN(system.found.rate) || Number.isNaN(system.strangers.rate)) return drawNothing(box, colours);
    drawCurve(box, axes, system, colours);
  }
  function describe() {
    if (shown) canvas.setAttribute("aria-label", `Share of alerts that are wrong against the base rate, for ${shown.name}: ${perCent(share(shown.found.rate, shown.strangers.rate, shown.base))} at ${oneIn(shown.base)} passers-by on the list.`);
  }
  return { el, layout, paint, describe };
}

function share(tpir, fpir, base) {
  return expect(tpir, fpir, { passers_per_hour: 1, hours: 1, base_rate: base, seconds_each: 0, reviewers: 0 }).perAlert;
}

function drawCurve({ pen, width }, { x, y }, { found, strangers, base, observed }, colours) {
  const bases = Array.from({ length: STEPS + 1 }, (_, k) => FROM * (TO / FROM) ** (k / STEPS));
  const line = (tpir, fpir) => bases.map((rate) => [x(rate), y(share(tpir, fpir, rate))]);
  if (!Number.isNaN(found.low + strangers.low)) band(pen, line(found.low, strangers.high), line(found.high, strangers.low || 1e-12), colours.wrong, 0.16);
  path(pen, line(found.rate, strangers.rate), colours.wrong);
  const at = share(found.rate, strangers.rate, base);
  if (Number.isNaN(at)) return;
  const saidAlready = observed && Math.abs(at - observed.rate) < 0.06;
  rule(pen, x(base), y(at), x(base), y(0), colours.ink, 1, [3, 3]);
  ring(pen, x(base), y(at), 5.5, colours.ink, colours.ground);
  if (saidAlready) return;
  const right = x(base) > width * 0.6;
  label(pen, perCent(at), x(base) + (right ? 10 : -10), y(at) + (at > 0.5 ? 20 : -10), { align: right ? "left" : "right", colour: colours.ink, font: `600 ${colours.font}`, within: width });
}

function drawObserved({ pen, width }, { y }, observed, colours) {
  const ends = [EDGE.left, width - EDGE.right];
  band(pen, ends.map((x) => [x, y(observed.high)]), ends.map((x) => [x, y(observed.low)]), colours.pin, 0.16);
  rule(pen, ends[0], y(observed.rate), ends[1], y(observed.rate), colours.pin, 2, [6, 4]);
  const below = observed.rate > 0.5;
  label(pen, `counted: ${perCent(observed.rate)}`, ends[0] + 6, y(observed.rate) + (below ? 15 : -6), { colour: colours.pin, font: `600 ${colours.font}`, within: width });
}

function drawNothing(box, colours) {
  label(box.pen, "no curve: one of its two rates is not known", EDGE.left + 10, box.height / 2, { colour: colours.soft, font: colours.font });
}

function drawGrid({ pen, width, height }, { x, y }, colours) {
  const style = { colour: colours.soft, font: colours.font };
  const bottom = height - EDGE.bottom;
  for (const part of [0, 0.25, 0.5, 0.75, 1]) {
    rule(pen, EDGE.left, y(part), width - EDGE.right, y(part), colours.line, part ? 0.5 : 1);
    label(pen, `${100 * part} %`, EDGE.left - 5, y(part) + 4, { ...style, align: "right" });
  }
  decades(FROM, TO).forEach((rate) => rule(pen, x(rate), EDGE.top, x(rate), bottom, colours.line, 0.5));
  const named = decades(FROM, TO).reverse().map((rate) => ({ text: oneIn(rate), x: x(rate) }));
  labels(pen, named, bottom + 14, { ...style, within: width });
  label(pen, "passers-by on the list →", width - EDGE.right, height - 3, { ...style, align: "right" });
}
