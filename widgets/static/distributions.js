/** Who scores how much: strangers and people on the list, pale where the line lets them pass and strong where it alerts. */
import { fitted, h, layerLike, picture, setText } from "./dom.js";
import { label, linear, path, roundTicks, rule } from "./axes.js";
import { lowerBound } from "./rates.js";
import { amount, plural } from "./words.js";

const [FEWEST, MOST] = [40, 140]; // columns
const FOOT = 20; // room for the axis
const HEAD = 18; // room for the threshold's own label
const KINDS = {
  nonmated: { colour: "stranger", words: "strangers", verb: "alerted" },
  mated: { colour: "listed", words: "people on the list", verb: "found" },
  unknown: { colour: "unknown", words: "passes, truth unknown", verb: "alerted" },
};
const UNSETTLED = "strangers and alerts that nobody settled";

/** The plot; `move` is called with the threshold under the pointer, because the line can be dragged here too. */
export function distributionsPlot(data, move) {
  const samples = data.totals.filter((sample) => sample.passes);
  const canvas = picture("Distribution of scores");
  const kinds = { ...KINDS, nonmated: { ...KINDS.nonmated, ...(data.about.unsettled ? { words: UNSETTLED } : {}) } };
  const legend = samples.map((sample) => legendEntry(sample, kinds[sample.side]));
  const el = h(
    "figure",
    { class: "sl-figure sl-wide" },
    h("figcaption", {}, "Who scores how much ", h("small", {}, "each kind by its own peak, on a root scale so that rare scores show")),
    canvas,
    h("div", { class: "sl-legend" }, ...legend.map((entry) => entry.el)),
  );
  const shapes = samples.map((sample) => ({ sample, heights: histogram(sample.scores, data.slider) }));
  let box, pale, strong, place;
  dragging(canvas, (x) => box && move(threshold(x)));

  function threshold(x) {
    const { min, max, step } = data.slider;
    return Math.round((min + (x / box.width) * (max - min)) / step) * step;
  }
  function layout(colours) {
    box = fitted(canvas);
    place = linear(data.slider.min, data.slider.max, 0, box.width);
    pale = drawn(layerLike(box), shapes, colours, 0.28, data.slider);
    strong = drawn(layerLike(box), shapes, colours, 0.92, data.slider);
  }
  function paint(view, colours) {
    if (!box) return;
    const x = place(view.threshold);
    stamp(box, pale, strong, x);
    if (view.pin) mark(box, place(view.pin.threshold), " A", HEAD + 12, colours.pin, colours, [5, 4]);
    mark(box, x, view.text, 12, colours.ink, colours);
    legend.forEach((entry) => entry.paint(view));
  }
  function describe(view) {
    const counts = samples.map((sample) => countWords(sample, kinds[sample.side], view.threshold)).join("; ");
    canvas.setAttribute("aria-label", `Distribution of scores. Above the line at ${view.text}: ${counts}.`);
  }
  return { el, layout, paint, describe };
}

function legendEntry(sample, kind) {
  const count = h("span", {});
  const el = h("span", {}, h("i", { class: `sl-swatch sl-swatch-${kind.colour}` }), count);
  return { el, paint: (view) => setText(count, countWords(sample, kind, view.threshold)) };
}

function countWords(sample, kind, threshold) {
  const above = sample.count - lowerBound(sample.scores, threshold);
  return `${kind.words}: ${amount(above)} of ${plural(sample.passes, "pass", "passes")} ${kind.verb}`;
}

/** Heights of the columns, the tallest 1, fewer for few scores; by binary search: a million scores cost what a thousand do. */
function histogram(scores, { min, max }) {
  const bins = Math.round(Math.min(Math.max(2.5 * Math.sqrt(scores.length), FEWEST), MOST));
  const edges = Array.from({ length: bins + 1 }, (_, k) => lowerBound(scores, min + ((max - min) * k) / bins));
  const counts = edges.slice(1).map((edge, k) => edge - edges[k]);
  const most = Math.max(...counts, 1);
  return counts.map((count) => Math.sqrt(count / most));
}

/** One layer with every shape at one strength; the axis is under both. */
function drawn(layer, shapes, colours, alpha, slider) {
  const { pen, width, height } = layer;
  const bottom = height - FOOT;
  const tall = bottom - HEAD - 4;
  for (const { sample, heights } of shapes) {
    const points = heights.map((value, k) => [((k + 0.5) / heights.length) * width, bottom - value * tall]);
    pen.globalAlpha = alpha * (sample.side === "mated" ? 0.85 : 1);
    pen.fillStyle = colours[KINDS[sample.side].colour];
    pen.beginPath();
    pen.moveTo(0, bottom);
    points.forEach(([x, y]) => pen.lineTo(x, y));
    pen.lineTo(width, bottom);
    pen.fill();
    pen.globalAlpha = 1;
    path(pen, points, colours[KINDS[sample.side].colour], 1.5, sample.side === "mated" ? [6, 2] : []);
  }
  rule(pen, 0, bottom + 0.5, width, bottom + 0.5, colours.line);
  const place = linear(slider.min, slider.max, 0, width);
  for (const tick of roundTicks(slider.min, slider.max, width > 400 ? 8 : 4)) {
    rule(pen, place(tick), bottom, place(tick), bottom + 4, colours.line);
    label(pen, String(tick), place(tick), height - 4, { align: "center", colour: colours.soft, font: colours.font, within: width });
  }
  return layer;
}

/** The pale layer, and the strong one right of the line. */
function stamp(box, pale, strong, x) {
  const { pen, width, height, ratio } = box;
  pen.clearRect(0, 0, width, height);
  const cut = Math.round(Math.max(0, Math.min(width, x)) * ratio);
  pen.save();
  pen.setTransform(1, 0, 0, 1, 0, 0);
  const wide = strong.canvas.width;
  const high = strong.canvas.height;
  if (cut > 0) pen.drawImage(pale.canvas, 0, 0, cut, high, 0, 0, cut, high);
  if (cut < wide) pen.drawImage(strong.canvas, cut, 0, wide - cut, high, cut, 0, wide - cut, high);
  pen.restore();
}

/** A position's line, with its name above it, or beside it where another position's name may be above. */
function mark(box, x, text, y, colour, colours, dash = []) {
  rule(box.pen, x, HEAD - 2, x, box.height - FOOT, colour, 2, dash);
  label(box.pen, text, x, y, { align: y > HEAD ? "left" : "center", colour, font: `600 ${colours.font}`, within: box.width });
}

/** Calls `moved` with the pointer's x while it is held down on the canvas. */
function dragging(canvas, moved) {
  const at = (event) => moved(Math.max(0, Math.min(event.offsetX, canvas.clientWidth)));
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    at(event);
  });
  canvas.addEventListener("pointermove", (event) => canvas.hasPointerCapture(event.pointerId) && at(event));
}
