/** Two positions side by side: A, which is pinned, and B, where the line is now. */
import { h, setHidden, setSentence, setText } from "./dom.js";
import { moveSentence } from "./sentences.js";
import { amount, atMost, expected, hoursWords, NOT_KNOWN, oneIn, perCent, span } from "./words.js";

const ROWS = [
  ["listed people found", ifFound((v) => `${perCent(v.found.rate)} (${span(v.found.low, v.found.high)})`)],
  ["strangers who cause an alert", (v) => atMost(v.known.strangers, oneIn(v.atList.rate))],
  ["alerts an hour", ifFound((v) => expected(v.hour.alerts))],
  ["wrong, of all faces seen", (v) => atMost(v.known.strangers, perCent(v.hour.perFace))],
  ["wrong, of all alerts", ifFound((v) => `${perCent(v.hour.perAlert)} (${span(v.hour.perAlertLow, v.hour.perAlertHigh)})`)],
  ["listed people missed", ifFound((v) => `${expected(v.day.missed)} in ${hoursWords(v.inputs.hours)}`)],
  ["reviewers' minutes an hour", ifFound((v) => expected(v.hour.minutes))],
];
const FOOTAGE_ROWS = [["passes that alert", (v) => `${amount(v.unknown.count)} of ${amount(v.unknown.of)}`]];
const PICTURES = ["pictures above the line", (v) => amount(v.shown)];

/** What takes how many listed people are found; where nobody can know that, it says so. */
function ifFound(read) {
  return (view) => (view.known.found ? read(view) : NOT_KNOWN);
}

/** The table; hidden until a position is pinned. */
export function comparePanel(data) {
  const rows = [...(data.unknown ? FOOTAGE_ROWS : ROWS), ...(data.alerts.length ? [PICTURES] : [])].map(([name, read]) => ({ name, read, a: h("td", {}), b: h("td", {}) }));
  const [headA, headB] = [h("th", { scope: "col" }), h("th", { scope: "col" })];
  const said = h("p", { class: "sl-say" });
  const table = h(
    "table",
    {},
    h("thead", {}, h("tr", {}, h("td", {}), headA, headB)),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.name), row.a, row.b))),
  );
  const el = h("div", { class: "sl-compare", hidden: true }, table, said);

  function paint(view) {
    setHidden(el, !view.pin);
    if (!view.pin) return;
    setText(headA, `A · ${view.pin.text}`);
    setText(headB, `B · ${view.text} (now)`);
    for (const row of rows) {
      setText(row.a, row.read(view.pin));
      setText(row.b, row.read(view));
    }
    if (!data.unknown) setSentence(said, moveSentence(view.pin, view));
  }
  return { el, paint };
}
