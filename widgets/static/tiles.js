/** The numbers at this position: each with its limits, its counts and its denominator. */
import { h, setText } from "./dom.js";
import { amount, amountSpan, atMost, counted, expected, NOT_KNOWN, oneIn, perCent, plural, rareSpan, span, TOO_FEW } from "./words.js";

const A_SCAN = "a scan does not know who these people are";
const BY_ALERT = "of people on the list only those who raised an alert are known";
const UNSETTLED = "alerts that nobody settled count as strangers";

/** The tiles. */
export function tilesPanel(data) {
  const tiles = data.unknown ? footageTiles(data) : [foundTile(data), strangersTile(data), alertsTile(), wrongTile(), workTile()];
  const el = h("div", { class: "sl-tiles" }, ...tiles.map((each) => each.el));
  return { el, paint: (view) => tiles.forEach((each) => each.paint(view)) };
}

/** One number under its name, with lines of small print; `read` gives [big, ...small] from a view. */
function tile(name, lines, read, key) {
  const big = h("dd", { class: "sl-big" });
  const small = Array.from({ length: lines }, () => h("dd", { class: "sl-small" }));
  const el = h("dl", { class: "sl-tile", "data-tile": key }, h("dt", {}, name), big, ...small);
  function paint(view) {
    const [first, ...rest] = read(view);
    setText(big, first);
    el.classList.toggle("sl-unsaid", first === TOO_FEW || first === NOT_KNOWN);
    small.forEach((line, k) => setText(line, rest[k] ?? ""));
  }
  return { el, paint };
}

function foundTile({ about }) {
  const noFace = about.missed ? `; in ${amount(about.missed)} no face was found` : "";
  return tile("People on the list who are found", 2, ({ found, known }) => {
    if (!known.found) return [NOT_KNOWN, BY_ALERT];
    if (!found.of) return [TOO_FEW, "no pass of a person on the list"];
    return [perCent(found.rate), span(found.low, found.high), `${amount(found.count)} of ${plural(found.of, "pass", "passes")}${noFace}`];
  }, "found");
}

function strangersTile({ about }) {
  return tile("Strangers who cause an alert", 3, ({ strangers, atList, inputs, known }) => {
    if (!strangers.of) return [TOO_FEW, "no pass of a stranger was measured"];
    const counts = `${amount(strangers.count)} of ${plural(strangers.of, "pass", "passes")}`;
    const measured = inputs.watchlist === about.watchlist ? counts : `${counts} with ${amount(about.watchlist)} listed, scaled to ${amount(inputs.watchlist)}`;
    if (!known.strangers) return [atMost(false, oneIn(atList.rate)), rareSpan(atList.low, atList.high), measured, UNSETTLED];
    return [oneIn(atList.rate), rareSpan(atList.low, atList.high), measured];
  }, "strangers");
}

function alertsTile() {
  return tile("Alerts an hour", 2, ({ hour, known }) => {
    if (!known.found) return [NOT_KNOWN, `${atMost(known.strangers, expected(hour.wrong))} wrong`, BY_ALERT];
    const part = (number, kind) => (Number.isNaN(number) ? `${kind} ones: ${TOO_FEW}` : `${expected(number)} ${kind}`);
    return [expected(hour.alerts), amountSpan(hour.low.alerts, hour.high.alerts), `${part(hour.wrong, "wrong")}, ${part(hour.right, "right")}`];
  }, "alerts");
}

/** Both readings of "how often is it wrong", always together. */
function wrongTile() {
  const face = reading("of all faces seen", "perFace");
  const alert = reading("of all alerts", "perAlert");
  const name = "Wrong alerts: two true answers";
  const two = h("div", { class: "sl-two" }, ...face.nodes, ...alert.nodes);
  const el = h("div", { class: "sl-tile sl-tile-wrong", "data-tile": "wrong", role: "group", "aria-label": name }, h("div", { class: "sl-name" }, name), two);
  function paint({ hour, known }) {
    face.paint(atMost(known.strangers, perCent(hour.perFace)), span(hour.low.perFace, hour.high.perFace));
    if (known.found) alert.paint(perCent(hour.perAlert), span(hour.perAlertLow, hour.perAlertHigh));
    else alert.paint(NOT_KNOWN, BY_ALERT);
  }
  return { el, paint };
}

function reading(words, key) {
  const big = h("div", { class: "sl-big", "data-reading": key });
  const limits = h("div", { class: "sl-small" });
  const node = h("div", {}, big, h("div", { class: "sl-what" }, words), limits);
  function paint(number, range) {
    setText(big, number);
    big.classList.toggle("sl-unsaid", number === TOO_FEW || number === NOT_KNOWN);
    setText(limits, range);
  }
  return { nodes: [node], paint };
}

function workTile() {
  return tile("Work for reviewers", 2, ({ hour, inputs, known }) => {
    if (!known.found) return [NOT_KNOWN, BY_ALERT];
    if (Number.isNaN(hour.minutes)) return [TOO_FEW];
    const each = `${counted(hour.alerts, "alert")} × ${amount(inputs.seconds_each)} s × ${plural(inputs.reviewers, "reviewer", "reviewers")}`;
    return [`${expected(hour.minutes)} min/h`, amountSpan(hour.low.minutes, hour.high.minutes), each];
  }, "work");
}

/** A scan whose truth nobody recorded: its alerts can be counted, its rates cannot. */
function footageTiles({ about }) {
  const { hours, tracks } = about.footage;
  const unsaid = (name, key) => tile(name, 1, () => [NOT_KNOWN, A_SCAN], key);
  return [
    tile("Alerts in this footage", 2, ({ unknown }) => [amount(unknown.count), `of ${plural(unknown.of, "pass", "passes")} compared`, `${plural(tracks, "pass", "passes")} seen`], "alerts"),
    tile("Work for reviewers", 2, ({ unknown, inputs }) => {
      const minutes = (unknown.count * inputs.seconds_each * inputs.reviewers) / 60;
      const rate = hours ? `${expected(minutes / hours)} min an hour of footage` : "";
      return [`${expected(minutes)} min`, rate, `${plural(unknown.count, "alert", "alerts")} × ${amount(inputs.seconds_each)} s × ${plural(inputs.reviewers, "reviewer", "reviewers")}`];
    }, "work"),
    unsaid("People on the list who are found", "found"),
    unsaid("Strangers who cause an alert", "strangers"),
    unsaid("Alerts that are wrong", "wrong"),
  ];
}
