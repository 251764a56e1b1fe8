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
  const returning = [mated, nonmated].some((sample) => sample && sample.people < sample.passes);
  if (unknown) return ["An alert is a score at or above the line. Truth is unknown: rates need passes of which somebody has recorded who they are."];
  return [
    "The unit is the pass: one person crossing the zone of recognition once. An alert is a score at or above the line.",
    returning ? "Limits are at 95 % and by person: several passes of one person count for less than those of several people (Korn and Graubard, on Clopper-Pearson)." : "Limits are at 95 %, exact (Clopper-Pearson); every pass is taken for another person.",
    "Numbers of a deployment are expected values; their ranges hold if both rates stay within their limits. A day may bring more or fewer.",
    `The share of listed people found is taken as measured with ${plural(about.watchlist, "person", "people")} listed; a longer list can lower it. Kin and look-alikes make a longer list worse than the formula says.`,
    "A threshold that is chosen by looking at these passes is flattered by them. Report it on other people: Trials.split, or operating_point(fpir=...).",
    about.within === null ? "A listed person counts as found at whatever rank she is returned at or above the line." : `A listed person counts as found only within rank ${about.within}.`,
  ];
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
