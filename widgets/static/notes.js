/** What the numbers rest on: the data's own concerns first, then the assumptions of the arithmetic. */
import { h } from "./dom.js";
import { plural } from "./words.js";

/** The list, folded unless the data raise a concern. */
export function notesPanel(data) {
  const { about } = data;
  const concerns = about.concerns.map((text) => h("li", { class: "sl-concern" }, `${capital(text)}.`));
  return h(
    "details",
    { class: "sl-notes" },
    h("summary", {}, concerns.length ? `What these numbers rest on, and ${plural(concerns.length, "concern", "concerns")}` : "What these numbers rest on"),
    h("ul", {}, ...concerns, ...assumptions(data).map((text) => h("li", {}, text))),
  );
}

function assumptions({ about, unknown, mated, nonmated }) {
  if (unknown) return ["An alert is a score at or above the line. Truth is unknown: rates need passes of which somebody has recorded who they are."];
  return [
    "The unit is the pass: one person crossing the zone of recognition once. An alert is a score at or above the line.",
    ...intervalWords(about.byAlert ? null : mated, nonmated),
    "Numbers of a deployment are expected values; their ranges hold if both rates stay within their limits. A day may bring more or fewer.",
    about.byAlert ? "Which people on the list passed without an alert nobody said, so that how many are found cannot be known from these passes: walk volunteers past the camera, or evaluate labelled pictures." : `The share of listed people found is taken as measured with ${plural(about.watchlist, "person", "people")} listed; a longer list can lower it. Kin and look-alikes make a longer list worse than the formula says.`,
    "A threshold that is chosen by looking at these passes is flattered by them. Report it on other people (in a notebook: Trials.split, or operating_point(fpir=...)).",
    about.within === null ? "A listed person counts as found at whatever rank she is returned at or above the line." : `A listed person counts as found only within rank ${about.within}.`,
  ];
}

/** Which interval stands beside each rate, and how often such intervals hold the truth (measured: docs/numbers.md). */
export function intervalWords(mated, nonmated) {
  return [intervalOf("people on the list who are found", mated), intervalOf("strangers who cause an alert", nonmated)].filter(Boolean);
}

function intervalOf(name, sample) {
  if (!sample?.passes) return null;
  const passes = plural(sample.passes, "pass", "passes");
  if (sample.people === sample.passes) return `Limits for ${name}: exact (Clopper-Pearson), ${passes}, each taken for another person. They hold the truth in at least 95 of 100 evaluations like this one.`;
  if (sample.people < 2) return `Limits for ${name}: none, because all ${passes} are by one person.`;
  return `Limits for ${name}: 95 % by person (Korn and Graubard), ${passes} by ${plural(sample.people, "person", "people")}, because someone passes more than once. Simulated, they held the truth in 93 to 97 of 100 evaluations, in about 99 where ten errors or fewer are expected, and in 92 or more where a few people make most of the passes.`;
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
