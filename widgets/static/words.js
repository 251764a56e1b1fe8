/** Numbers in words that a manager can repeat, as workbench/sentences.py writes them: NaN is "too few to say", never 0. */

export const TOO_FEW = "too few to say";
/** A number of false alerts, in words; where some that nobody settled count among them, it is the most there may be. */
export function atMost(settled, words) {
  if (settled || words === TOO_FEW || words === "none seen" || words.startsWith("fewer than")) return words;
  return words === "1 in 1" ? "up to all" : `at most ${words}`;
}
export const NOT_KNOWN = "not known"; // what no number of passes would tell, because nobody said who it was

/** A share in per cent: one decimal, two significant figures below 1 %, never rounded to all. */
export function perCent(rate) {
  if (Number.isNaN(rate)) return TOO_FEW;
  let value = 100 * rate;
  const small = value < 1e-8 || value >= 1 ? 1 : 1 - Math.floor(Math.log10(value));
  const digits = value >= 99.95 && value < 100 ? Math.min(-Math.floor(Math.log10(100 - value) + 1e-9), 9) : small;
  if (value < 100) value = Math.min(value, 100 - 10 ** -digits); // never rounded to all
  return `${fixed(value, Math.min(digits, 60))} %`;
}

/** A number with so many decimals, as Python rounds: exactly half way goes to the even digit, where toFixed goes up. */
export function fixed(value, digits) {
  const text = value.toFixed(digits);
  const rest = value.toFixed(Math.min(digits + 40, 100)).split(".")[1] ?? ""; // none of a number that toFixed writes with an exponent
  if (!/^50*$/.test(rest.slice(digits))) return text;
  const even = Number(text.at(-1)) % 2 === 0;
  return even ? text : (value - Math.sign(value) * 0.5 * 10 ** -digits).toFixed(digits);
}

/** A count with thousands, decimals only where a small number would mislead without. */
export function amount(value) {
  if (Number.isNaN(value)) return TOO_FEW;
  if (!Number.isFinite(value)) return "no upper limit";
  return thousands(value, value >= 10 || Number.isInteger(value) ? 0 : 1);
}

/** A number with so many decimals and a comma between thousands. */
export function thousands(value, digits) {
  const [whole, ...rest] = fixed(value, digits).split(".");
  return [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...rest].join(".");
}

/** An expected number: as an amount, and a small one not rounded to nothing. */
export function expected(value) {
  if (value > 0 && value < 0.05) return "fewer than 0.1";
  const text = amount(value);
  return text.endsWith(".0") ? text.slice(0, -2) : text;
}

/** An expected number of things: "1 alert", "fewer than 0.1 alerts". */
export function counted(value, one) {
  const text = expected(value);
  return `${text} ${text === "1" ? one : `${one}s`}`;
}

/** An expected number in a sentence: whole, unless it is below one. */
export function about(value) {
  return value >= 1 ? amount(Math.round(value)) : expected(value);
}

/** A rate as "1 in N"; "none seen" for 0, because 1 in infinity was never measured; above a half as so many in 100. */
export function oneIn(rate) {
  if (Number.isNaN(rate)) return TOO_FEW;
  if (rate === 0) return "none seen";
  return rate > 0.5 && rate < 1 ? mostIn(rate) : `1 in ${amount(1 / rate)}`;
}

/** A rate that "1 in 1.0" would not tell from any other; never rounded to all. */
function mostIn(rate) {
  const some = (of) => Math.floor(rate * of + 0.5);
  const of = [100, 1_000, 10_000].find((each) => some(each) < each);
  return of ? `${amount(some(of))} in ${amount(of)}` : "nearly all";
}

/** Limits of a share: "76.5 to 84.5 %". */
export function span(low, high) {
  if (Number.isNaN(low) || Number.isNaN(high)) return `limits ${TOO_FEW}`;
  return `${perCent(low).replace(" %", "")} to ${perCent(high)}`;
}

/** Limits of a rare rate: "1 in 5,000 to 1 in 490"; an open end is said. */
export function rareSpan(low, high) {
  if (Number.isNaN(low) || Number.isNaN(high)) return `limits ${TOO_FEW}`;
  return low < 1e-10 ? `0 to ${oneIn(high)}` : `${oneIn(low)} to ${oneIn(high)}`;
}

/** Limits of an expected number. */
export function amountSpan(low, high) {
  if (Number.isNaN(low) || Number.isNaN(high)) return `limits ${TOO_FEW}`;
  return `${expected(low)} to ${expected(high)}`;
}

/** "67 of 100", never rounded to none or all. */
export function ofHundred(share) {
  if (Number.isNaN(share)) return TOO_FEW;
  if (share > 0 && share <= 0.005) return "fewer than 1 of 100";
  if (share < 1 && share >= 0.995) return "more than 99 of 100";
  return `${fixed(100 * share, 0)} of 100`;
}

/** A threshold as it is typed: the decimals of its step, two more if it has more, rounded up so that whoever types it in gets no more alerts. */
export function position(threshold, step) {
  const digits = Math.max(0, Math.round(-Math.log10(step)));
  const short = threshold.toFixed(digits);
  if (Math.abs(Number(short) - threshold) < step * 1e-4) return short;
  const parts = 10 ** (digits + 2);
  return (Math.ceil(threshold * parts - 1e-6) / parts).toFixed(digits + 2);
}

/** "1 pass", "2 passes". */
export function plural(count, one, many) {
  return `${amount(count)} ${count === 1 ? one : many}`;
}

/** Length of a deployment: "1 hour", "6 hours", "5.5 hours". */
export function hoursWords(hours) {
  return hours === 1 ? "1 hour" : `${Number(hours.toFixed(2))} hours`;
}
