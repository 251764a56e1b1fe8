/**
 * Exact intervals of proportions, in the browser: Clopper and Pearson's limits are quantiles of the beta distribution.
 * Checked against scipy to 1e-6 and better (tests/test_threshold_explorer.py), for counts that need not be whole.
 */

const TAIL = 0.025; // limits at 95 %, as everywhere in Second Look

/** Limits of `count` in `of`; NaN where `of` is not above 0. */
export function clopperPearson(count, of, tail = TAIL) {
  if (!(of > 0)) return { low: NaN, high: NaN };
  return {
    low: count > 0 ? Math.exp(logBetaQuantile(tail, count, of - count + 1)) : 0,
    // the upper limit is 1 - x for the lower tail of the mirrored distribution: exact near 0, where FPIR lives
    high: count < of ? -Math.expm1(logBetaQuantile(tail, of - count, count + 1)) : 1,
  };
}

/** The square of Student's t at 97.5 % for `degrees` of freedom: a beta quantile, or its series where the two agree to 1e-8. */
export function studentSquared(degrees) {
  if (degrees < 200) return degrees * Math.expm1(-logBetaQuantile(2 * TAIL, degrees / 2, 0.5));
  const z = 1.959963984540054; // Abramowitz and Stegun 26.7.5
  const terms = [z, (z ** 3 + z) / 4, (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96, (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384];
  return terms.reduceRight((sum, term) => sum / degrees + term, 0) ** 2;
}

/** Interval of rate / reference from an interval of each (method of variance estimates recovery, Donner and Zou 2012). */
export function ratioInterval(p, pLow, pHigh, q, qLow, qHigh) {
  if ([p, pLow, q, qLow].some(Number.isNaN)) return { low: NaN, high: NaN };
  const pq = p * q;
  const parts = (ofP, ofQ) => {
    const a = ofP * (2 * p - ofP);
    const b = ofQ * (2 * q - ofQ);
    return { a, b, root: Math.sqrt(Math.max(pq * pq - a * b, 0)) };
  };
  const lower = parts(pLow, qHigh);
  const upper = parts(pHigh, qLow);
  return {
    low: pq + lower.root !== 0 ? lower.a / (pq + lower.root) : 0,
    high: upper.b > 0 ? (pq + upper.root) / upper.b : Infinity,
  };
}

/** Regularised incomplete beta function I_x(a, b), given x and 1 - x (so that neither loses its digits). */
function incompleteBeta(a, b, x, y = 1 - x) {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const weight = betaWeight(a, b, x, y);
  if (x < (a + 1) / (a + b + 2)) return (weight * continuedFraction(a, b, x)) / a;
  return 1 - (weight * continuedFraction(b, a, y)) / b;
}

/**
 * ln x with I_x(a, b) = p, for p in the lower tail.
 * Newton's method on ln I against ln x, where the tail is nearly a straight line, held inside a bracket that only shrinks.
 */
function logBetaQuantile(p, a, b) {
  let low = -740;
  let high = 0;
  let u = Math.min(logQuantileGuess(p, a, b), -1e-300);
  for (let step = 0; step < 200; step++) {
    const x = Math.exp(u);
    const y = -Math.expm1(u);
    const share = incompleteBeta(a, b, x, y);
    if (share > p) high = u;
    else low = u;
    const slope = betaWeight(a, b, x, y) / y / share;
    let next = u - Math.log(share / p) / slope;
    if (!(next > low && next < high)) next = (low + high) / 2;
    const moved = Math.abs(next - u);
    u = next;
    if (moved <= 1e-14 * Math.abs(u) || high - low <= 1e-15 * Math.abs(high)) break;
  }
  return u;
}

/** Where to start: Abramowitz and Stegun 26.5.22, or the power law of the tail where a or b is small. */
function logQuantileGuess(p, a, b) {
  if (a <= 1 || b <= 1) return Math.log(p) / a - Math.log(Math.max(b / Math.max(a, 1), 1));
  const z = normalQuantileSize(p);
  const s = 1 / (2 * a - 1);
  const t = 1 / (2 * b - 1);
  const r = (z * z - 3) / 6;
  const h = 2 / (s + t);
  const w = (z * Math.sqrt(Math.max(h + r, 0))) / h - (t - s) * (r + 5 / 6 - 2 / (3 * h));
  return -Math.log1p((b / a) * Math.exp(2 * w));
}

/** How many standard deviations below the mean the lower tail p < 0.5 starts (Abramowitz and Stegun 26.2.22: a guess). */
function normalQuantileSize(p) {
  const t = Math.sqrt(-2 * Math.log(p));
  return t - (2.30753 + 0.27061 * t) / (1 + 0.99229 * t + 0.04481 * t * t);
}

/** Lentz's method for the continued fraction of the incomplete beta function. */
function continuedFraction(a, b, x) {
  const tiny = 1e-300;
  const away = (value) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 100000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return fraction;
}

/**
 * x^a (1-x)^b / B(a, b) by Loader's saddle point: differences of small terms, where a sum of log-gammas would lose
 * digits at a million passes.
 */
function betaWeight(a, b, x, y) {
  const n = a + b;
  const error = stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y);
  return Math.sqrt((a * b) / (2 * Math.PI * n)) * Math.exp(error);
}

/** ln Gamma(n + 1) less Stirling's formula; by its recurrence up to where the series is exact. */
function stirlingError(n) {
  let sum = 0;
  while (n < 16) {
    sum += (n + 0.5) * Math.log1p(1 / n) - 1;
    n += 1;
  }
  const v = 1 / (n * n);
  return sum + (1 / 12 - (1 / 360 - (1 / 1260 - v / 1680) * v) * v) / n;
}

/** k ln(k / mean) + mean - k, by its series where the two are near. */
function deviance(k, mean) {
  const d = (k - mean) / (k + mean);
  if (Math.abs(d) > 0.1) return k * Math.log(k / mean) + mean - k;
  let sum = (k - mean) * d;
  let term = 2 * k * d;
  for (let j = 1; j < 100; j++) {
    term *= d * d;
    const next = sum + term / (2 * j + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}
