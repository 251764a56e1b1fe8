/**
 * The arithmetic of the slider: counts by binary search, rates with limits by person, and what they come to in use.
 * The formulas are those of workbench/metrics.py, intervals.py and outcomes.py; a test compares the two at every step.
 */
import { clopperPearson, ratioInterval, studentSquared } from "./numbers.js";

/** First index of ascending `sorted` (a Float32Array) at or above `threshold`. */
export function lowerBound(sorted, threshold) {
  const cut = Math.fround(threshold); // scores are float32: the same rounding on both sides of >=
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < cut) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Samples from the buffers that Python packed (widgets/explorer_data.py).
 * A sample: sorted scores, passes (those without a face included), people, and, if people return, the running sums from
 * which the variance between people follows at any threshold.
 */
export function unpackSamples(about, scores, visits) {
  return about.samples.map((place) => ({
    ...place,
    scores: scores.subarray(place.start, place.start + place.count),
    sums: place.visits === null ? null : visitSums(visits, place),
  }));
}

/**
 * squares[i], passes[i]: over the people with scores i and up, the sum of (her count)^2, and of her count x her passes;
 * pulledSquares, pulledPasses: the same with each person counted as often as `intervals.pull` says.
 */
function visitSums(visits, { visits: start, count, passes: n, people }) {
  const [squares, passes, pulledSquares, pulledPasses] = Array.from({ length: 4 }, () => new Float64Array(count + 1));
  for (let i = count - 1; i >= 0; i--) {
    const [step, hers] = [2 * visits[start + i] + 1, visits[start + count + i]]; // her count c grows by one, and so c^2 by 2c + 1
    const pull = ((((people - 1) / people) * n) / (n - hers)) ** 2;
    squares[i] = squares[i + 1] + step;
    passes[i] = passes[i + 1] + hers;
    pulledSquares[i] = pulledSquares[i + 1] + pull * step;
    pulledPasses[i] = pulledPasses[i + 1] + pull * hers;
  }
  return { squares, passes, pulledSquares, pulledPasses };
}

/**
 * Share of a sample's passes at or above `threshold`, with limits at 95 % by person; NaN where nothing can be said.
 * errors: how many people would carry the passes at or above it evenly.
 */
export function rateAt(sample, threshold) {
  const at = lowerBound(sample.scores, threshold);
  return rateOf(sample, sample.count - at, at);
}

function rateOf(sample, count, at) {
  const { passes, people } = sample;
  const rate = passes ? count / passes : NaN;
  const worth = effectivePasses(sample, rate, at);
  const limits = people === passes ? clopperPearson(count, passes) : byPeople(sample, at, clopperPearson(rate * worth, worth));
  return { rate, ...limits, count, of: passes, people, errors: sample.sums ? carriersOf(sample, at).hits : count };
}

/** Limits none of which is nearer than what the people alone allow (`intervals._limits`). */
function byPeople(sample, at, { low, high }) {
  const unseen = clopperPearson(0, sample.people).high;
  const few = 3 * carriersOf(sample, at).misses < sample.people;
  return { low: few ? Math.min(low, 1 - unseen) : low, high: Math.max(high, unseen) };
}

/** How many independent passes these passes are worth (`intervals.effective_passes`). */
function effectivePasses(sample, rate, at) {
  const { passes, people, pulled, student, sums } = sample;
  if (!sums) return passes;
  if (people < 2) return 0;
  const alone = (rate * (1 - rate)) / (passes - 1);
  if (alone <= 0) return people; // no pass counts, or each: the variance is unknown, and a person is taken for one pass
  const spread = sums.pulledSquares[at] - 2 * rate * sums.pulledPasses[at] + rate * rate * pulled;
  const variance = ((Math.max(spread, 0) / (passes * passes)) * people) / (people - 1);
  const alike = Math.min(sample.count - at, passes - sample.count + at) > 1; // one error cannot resemble another
  const few = alike ? Math.min(student / studentSquared(degreesOfFreedom(sample, at)), 1) : 1;
  return Math.min(variance > 0 ? (passes * alone) / variance : passes, passes) * few;
}

/** On how much evidence the variance between people rests (`intervals.degrees_of_freedom`). */
function degreesOfFreedom(sample, at) {
  const { passes, people, squares } = sample;
  const { hits, misses } = carriersOf(sample, at);
  const most = Math.max(Math.min(people - 1, (passes * passes) / squares), 1);
  return Math.min(Math.max((2 * Math.min(hits, misses) - 1) / (1 - people / passes) ** 2, 1), most);
}

/** How many people would carry the passes at or above the line evenly, and those below it; 0 where there is none. */
function carriersOf({ passes, squares, sums, count }, at) {
  const [hits, misses] = [count - at, passes - (count - at)];
  const missed = squares - 2 * sums.passes[at] + sums.squares[at];
  return { hits: hits ? (hits * hits) / sums.squares[at] : 0, misses: misses ? (misses * misses) / missed : 0 };
}

/** A rate that was published, with limits if its count was. */
export function publishedRate(published) {
  if (!published) return { rate: NaN, low: NaN, high: NaN, count: NaN, of: 0, people: 0 };
  const { rate, count, of } = published;
  const limits = count === null ? { low: NaN, high: NaN } : clopperPearson(count, of);
  return { rate, ...limits, count: count ?? NaN, of: of ?? 0, people: of ?? 0 };
}

/** 1 - (1 - FPIR)^(N2 / N1): a list of another length, comparisons taken for independent. */
export function scaleFpir(fpir, n1, n2) {
  if (n1 === n2) return fpir;
  if (!n1) return NaN; // measured with nobody on the list: that says nothing about a longer one
  return -Math.expm1((n2 / n1) * Math.log1p(-fpir));
}

/** A rate with its limits at another list length. */
export function scaleRate(rate, n1, n2) {
  const at = (value) => scaleFpir(value, n1, n2);
  return { ...rate, rate: at(rate.rate), low: at(rate.low), high: at(rate.high) };
}

/** What a deployment brings (`outcomes.expect`); all numbers follow from the arguments. */
export function expect(tpir, fpir, inputs) {
  const seen = inputs.passers_per_hour * inputs.hours;
  const listed = seen * inputs.base_rate;
  const right = listed ? listed * tpir : 0;
  const wrong = seen * (1 - inputs.base_rate) * fpir;
  const alerts = right + wrong;
  return {
    seen,
    listed,
    right,
    wrong,
    alerts,
    missed: listed - right,
    perFace: seen ? wrong / seen : NaN,
    perAlert: alerts > 0 ? wrong / alerts : NaN,
    minutes: (alerts * inputs.seconds_each * inputs.reviewers) / 60,
  };
}

/** The expectation with its range: where both rates stay within their limits, so does every number. */
export function expectRange(found, strangers, inputs) {
  return {
    ...expect(found.rate, strangers.rate, inputs),
    low: expect(found.low, strangers.low, inputs),
    high: expect(found.high, strangers.high, inputs),
    perAlertLow: expect(found.high, strangers.low, inputs).perAlert,
    perAlertHigh: expect(found.low, strangers.high, inputs).perAlert,
  };
}

/** The share of passers-by on the list at which `wrong` of the alerts are wrong (Bayes' rule, solved for the base rate). */
export function impliedBaseRate(wrong, tpir, fpir) {
  const odds = (((1 - wrong) / wrong) * fpir) / tpir;
  return odds / (1 + odds);
}

/** The rule of three: after n passes without an error nothing below 3 / n can be claimed. Who returns counts once. */
export function floorOf(sample) {
  return sample && sample.people ? Math.min(3 / sample.people, 1) : NaN;
}

/** The lowest position of the slider at which at most `target` of the sample's passes alert; NaN without passes. */
export function positionFor(sample, target, step) {
  if (!sample || !sample.passes) return NaN;
  const allowed = Math.floor(target * sample.passes + 1e-9);
  if (allowed >= sample.count) return sample.count ? roundUp(sample.scores[0], step) : NaN;
  const mustStayBelow = sample.scores[sample.count - allowed - 1];
  let position = roundUp(mustStayBelow, step);
  while (sample.count - lowerBound(sample.scores, position) > allowed) position = tidy(position + step);
  return position;
}

function roundUp(value, step) {
  return tidy(Math.ceil(value / step - 1e-9) * step);
}

/** A number without the dust of binary fractions. */
export function tidy(value) {
  return Number(value.toPrecision(9));
}

/** Each group's rate at `threshold`, with its ratio to the group of most people; NaN below `least` people. */
export function groupRates(samples, threshold, least) {
  if (!samples.length) return [];
  const unsaid = { rate: NaN, low: NaN, high: NaN };
  const rows = samples.map((sample) => {
    const rate = rateAt(sample, threshold);
    return { group: sample.group, ...rate, ...(sample.people < Math.max(least, 1) ? unsaid : {}) };
  });
  const base = rows.reduce((most, row) => (row.people > most.people ? row : most));
  return rows.map((row) => ({ ...row, isBase: row === base, ...ratioTo(row, base) }));
}

function ratioTo(row, base) {
  if (row === base) return { ratio: 1, ratioLow: NaN, ratioHigh: NaN };
  const { low, high } = ratioInterval(row.rate, row.low, row.high, base.rate, base.low, base.high);
  return { ratio: base.rate > 0 ? row.rate / base.rate : NaN, ratioLow: low, ratioHigh: high };
}
