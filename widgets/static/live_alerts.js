/** The alerts of a deployment: those that wait first, and how long they have waited in words, colour and a mark. */
import { h, setText } from "./dom.js";

const LATE = 60; // seconds without an answer: late
const VERY_LATE = 180;
const ANSWERED = { same: "= same person", different: "≠ different", "cannot tell": "? cannot tell" };

export function alertList({ open }) {
  const count = h("p", { class: "sl-lb-count" });
  const rows = h("ul", {});
  const el = h("nav", { class: "sl-lb-alerts", "aria-label": "Alerts" }, h("h4", {}, "Alerts"), count, rows);
  const made = new Map();

  function row(token) {
    const [title, under] = [h("b", {}), h("small", {})];
    const button = h("button", { type: "button", onclick: () => open(token) }, title, under);
    return { el: h("li", {}, button), button, title, under };
  }
  /** `heard`: whether Python has told which alerts there are. */
  function paint(alerts, current, unsaved, now, heard) {
    const waiting = alerts.filter((each) => !each.verdict);
    const order = [...waiting, ...alerts.filter((each) => each.verdict).reverse()];
    for (const alert of order) if (!made.has(alert.token)) made.set(alert.token, row(alert.token));
    arrange(order.map((each) => made.get(each.token).el));
    order.forEach((alert) => paintRow(made.get(alert.token), alert, alert.token === current, unsaved.includes(alert.token), now));
    setText(count, !heard ? "Waiting for the list of alerts…" : alerts.length ? `${waiting.length} of ${alerts.length} wait for you` : "none yet");
    el.dataset.waiting = String(waiting.length);
  }
  /** The rows in this order; only those that are not where they belong are moved, and one that has the focus keeps it. */
  function arrange(nodes) {
    const focused = rows.getRootNode().activeElement;
    let at = rows.firstElementChild;
    for (const node of nodes) {
      if (node === at) at = at.nextElementSibling;
      else rows.insertBefore(node, at);
    }
    while (at?.nextElementSibling) at.nextElementSibling.remove();
    at?.remove();
    if (rows.contains(focused ?? null)) focused.focus({ preventScroll: true });
  }
  function paintRow({ button, title, under }, alert, open_, unsaved, now) {
    const age = Math.max(0, Math.round((now - Date.parse(alert.raised)) / 1000));
    const state = unsaved ? "unsaved" : alert.verdict ? "answered" : age >= VERY_LATE ? "very-late" : age >= LATE ? "late" : "new";
    if (button.dataset.state !== state) button.dataset.state = state;
    if (button.ariaCurrent !== String(open_)) button.ariaCurrent = String(open_);
    setText(title, unsaved ? "NOT SAVED" : alert.verdict ? ANSWERED[alert.verdict] : `${state === "new" ? "●" : "⚠"} waiting ${waited(age)}`);
    setText(under, `${alert.camera} · ${alert.raised.slice(11, 19)} UTC${more(alert)}`);
  }
  return { el, paint };
}

function more(alert) {
  if (!alert.kept) return " · faces deleted in time";
  if (!alert.verdict) return "";
  return alert.outcome ? ` · ${alert.outcome.result}` : alert.settled ? " · no outcome yet" : " · another person must look";
}

/** "0:42", "3:07". */
export function waited(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
