/** All that the panels show at one position of the line, computed once a frame. */
import { expectRange, rateAt, scaleRate } from "./rates.js";
import { position } from "./words.js";

/** Everything about `threshold` with the stated `inputs`; `withPin` adds the same for the pinned position. */
export function viewAt(data, threshold, inputs) {
  const found = rateOrNone(data.about.byAlert ? null : data.mated, threshold); // of those who raised no alert nothing is known
  const strangers = rateOrNone(data.nonmated, threshold);
  const atList = scaleRate(strangers, data.about.watchlist, inputs.watchlist);
  return {
    threshold,
    text: position(threshold, data.slider.step),
    inputs,
    found,
    strangers,
    atList,
    known: { found: !data.about.byAlert, strangers: !data.about.unsettled },
    unknown: data.unknown ? rateAt(data.unknown, threshold) : null,
    day: expectRange(found, atList, inputs),
    hour: expectRange(found, atList, { ...inputs, hours: 1 }),
    shown: data.alerts.filter((alert) => alert.score >= Math.fround(threshold) || alert.score >= threshold).length,
    pin: null,
  };
}

function rateOrNone(sample, threshold) {
  if (!sample) return { rate: NaN, low: NaN, high: NaN, count: 0, of: 0, people: 0 };
  const found = rateAt(sample, threshold);
  return Number.isNaN(found.low) ? { ...found, rate: NaN } : found; // the passes of one person say nothing of others
}
