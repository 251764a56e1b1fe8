/** Sentences that a manager can repeat, from a view. A number that nobody measured is "too few to say". */
import { floorOf } from "./rates.js";
import { about, amount, atMost, counted, expected, hoursWords, NOT_KNOWN, ofHundred, oneIn, perCent, plural, thousands, TOO_FEW } from "./words.js";

/** What a deployment would bring, its numbers bold. */
export function daySentence({ day, inputs, unknown, known }) {
  if (unknown) return footageSentence(unknown);
  if (Number.isNaN(day.right) && Number.isNaN(day.wrong)) return ["How many people would be found, and how many strangers alerted, in ", { b: hoursWords(inputs.hours) }, ` is ${TOO_FEW}.`];
  const start = ["In ", { b: hoursWords(inputs.hours) }, nearly(known.strangers, Number.isNaN(day.right) ? day.wrong : day.right)];
  const few = numberOr(day.wrong);
  const wrong = [{ b: known.strangers || Number.isNaN(day.wrong) || few.startsWith("fewer") ? few : `at most about ${few}` }, ` ${about(day.wrong) === "1" ? "stranger" : "strangers"} would be alerted`];
  if (Number.isNaN(day.right)) return [...start, ...wrong, "; how many of the ", { b: about(day.listed) }, ` listed passers-by would be found is ${known.found ? TOO_FEW : NOT_KNOWN}.`];
  if (!inputs.hours || !inputs.passers_per_hour) return [...start, ...wrong, ": nobody passes."];
  if (!day.listed) return [...start, ...wrong, ". Nobody who passes is on the list, so every alert would be wrong."];
  const [right, listed] = apart(day.right, day.listed);
  const found = [{ b: right }, " of ", { b: listed }, " listed passers-by would be found and "];
  const missed = [{ b: about(day.missed) }, " would walk past unseen; "];
  const share = Number.isNaN(day.perAlert) ? ["."] : [": ", { b: ofHundred(day.perAlert) }, " alerts would be wrong."];
  return [...start, ...found, ...missed, ...wrong, ...share];
}

/** What stands before the first number of a sentence; one that is said as less than something is not about that. */
function nearly(known, number) {
  return known && !about(number).startsWith("fewer") ? " about " : " ";
}

/** A part and the whole, told apart where they are: "19.6 of 20.0", not "20 of 20". */
function apart(part, whole) {
  const words = [about(part), about(whole)];
  return words[0] !== words[1] || part === whole ? words : [part, whole].map((value) => thousands(value, 1));
}

function footageSentence(unknown) {
  const counts = [{ b: amount(unknown.count) }, " of ", { b: amount(unknown.of) }];
  return ["At this line ", ...counts, " people who were compared in this footage would raise an alert. Who of them is really on the list a scan does not know; what people concluded is in the case (in a notebook: case.trials())."];
}

function numberOr(value) {
  return Number.isNaN(value) ? "an unknown number of" : about(value);
}

/** What can be claimed at all: how rarely strangers alert, and how many listed people may be missed where nobody was. */
export function claimSentence(view, sample) {
  const { warn, text } = floorSentence(sample, view.strangers);
  const { count, of, low } = view.found;
  if (!view.known.strangers) return { warn, text: `${text} Alerts that nobody settled count as strangers here.` };
  if (!of || count < of) return { warn, text };
  const others = Number.isNaN(low) ? `how many of others may be is ${TOO_FEW}` : `of others up to ${perCent(1 - low)} may be`;
  return { warn, text: `${text} None of ${plural(of, "pass", "passes")} of listed people was missed; ${others}.` };
}

/** The floor, and whether this position is under it. */
export function floorSentence(sample, strangers) {
  if (!sample || !sample.passes) return { warn: true, text: `How often strangers raise an alert is ${TOO_FEW}: no pass of a person who is not on the list.` };
  const who = sample.people < sample.passes ? `${plural(sample.passes, "stranger pass", "stranger passes")} by ${plural(sample.people, "person", "people")}` : plural(sample.passes, "stranger pass", "stranger passes");
  const floor = floorOf(sample);
  const claim = sample.people < 4 ? `With ${who} nothing can be claimed: ${TOO_FEW}.` : `With ${who} nothing better than ${oneIn(floor)} can be claimed.`;
  if (strangers.rate < floor) return { warn: true, text: `${claim} ${underFloor(strangers)}` };
  if (strangers.errors < 30) return { warn: false, text: `${claim} ${reaching(strangers)} reached this line; about 30 strangers are needed to know the rate to within 30 %.` };
  return { warn: false, text: claim };
}

function underFloor(strangers) {
  if (!strangers.count) return "That no stranger reached this line does not mean that none ever will.";
  return `Only ${reaching(strangers)} reached this line: too few for the rate above to be a promise.`;
}

/** Strangers at the line, or how many passes of strangers where some passed more than once. */
function reaching({ count, of, people }) {
  return people < of ? plural(count, "stranger pass", "stranger passes") : plural(count, "stranger", "strangers");
}

/** How rare a score is among strangers, for the place beside the threshold. */
export function strangerWords(strangers) {
  if (!strangers.of) return { lead: "one stranger in", number: TOO_FEW, tail: "no stranger was measured" };
  const measured = strangers.people < strangers.of ? `passes of ${plural(strangers.people, "person", "people")}` : "measured";
  const of = `${amount(strangers.count)} of ${amount(strangers.of)} ${measured}`;
  if (Number.isNaN(strangers.rate)) return { lead: "one stranger in", number: TOO_FEW, tail: of };
  if (!strangers.count) return { lead: "of strangers", number: "none seen", tail: of };
  if (strangers.rate > 0.5) return { lead: "of strangers", number: oneIn(strangers.rate), tail: `score this high (${of})` };
  return { lead: "one stranger in", number: amount(1 / strangers.rate), tail: `scores this high (${of})` };
}

/** What moving the line from A to B changes, for one sentence. */
export function moveSentence(a, b) {
  const { found: known } = b.known;
  const found = b.day.right - a.day.right;
  const wrong = b.day.wrong - a.day.wrong;
  const minutes = b.day.minutes - a.day.minutes;
  const start = ["From A to B, in ", { b: hoursWords(b.inputs.hours) }, ": "];
  const parts = [change(found, "listed passer-by found", "listed passers-by found", known), change(wrong, "stranger alerted", "strangers alerted"), change(minutes, "minute of review", "minutes of review", known)];
  return [...start, ...parts.flatMap((part, k) => (k ? [k === 2 ? " and " : ", ", ...part] : part)), "."];
}

function change(difference, one, many, known = true) {
  if (Number.isNaN(difference)) return [`${known ? TOO_FEW : NOT_KNOWN} about ${many}`];
  const size = Math.abs(difference) < 0.05 ? 0 : Math.abs(difference);
  if (!size) return [{ b: "no" }, ` change in ${many}`];
  return [{ b: expected(size) }, ` ${difference > 0 ? "more" : "fewer"} ${expected(size) === "1" ? one : many}`];
}

/** How many listed people are found, short; without `known` nobody said who passed without an alert. */
export function foundWords(rate, known = true) {
  return Number.isNaN(rate) ? `how many listed people are found: ${known ? TOO_FEW : NOT_KNOWN}` : `${perCent(rate)} of listed people found`;
}

/** How many strangers are alerted, short; without `settled` alerts that nobody settled are among them. */
export function alertedWords(rate, settled = true) {
  if (Number.isNaN(rate)) return `how many strangers are alerted: ${TOO_FEW}`;
  return rate ? `${atMost(settled, oneIn(rate))} strangers alerted` : "no stranger alerted";
}

/** What a screen reader says when the line has come to rest. */
export function restWords(view, alerts) {
  const rates = view.unknown
    ? `${amount(view.unknown.count)} of ${amount(view.unknown.of)} passes alert`
    : `${foundWords(view.found.rate, view.known.found)}, ${alertedWords(view.strangers.rate, view.known.strangers)}, ${counted(view.hour.alerts, "alert")} an hour, ${ofHundred(view.hour.perAlert)} wrong`;
  return `Threshold ${view.text}: ${rates}.${alerts ? ` ${amount(view.shown)} of ${plural(alerts, "picture", "pictures")} above the line.` : ""}`;
}
