/** What stands above a lesson's widget while something is not on disk, or Python is silent. */
import { h, setHidden } from "./dom.js";

/** `paint(link, refused)`: the state of the line to Python, and what Python refused last. */
export function lessonBanner(again) {
  const words = h("span", {});
  const retry = h("button", { type: "button", onclick: again }, "Send again now");
  const el = h("div", { class: "sl-ls-banner", role: "status", "aria-live": "polite", hidden: true }, words, retry);
  let shown = "";
  function paint(link, refused) {
    const text = textOf(link, refused);
    setHidden(el, !text);
    setHidden(retry, !(link.late || link.silent));
    el.dataset.kind = link.unsaved || refused ? "unsaved" : "quiet";
    if (text === shown) return;
    shown = text;
    words.textContent = text;
  }
  return { el, paint };
}

function textOf({ unsaved, late, silent }, refused) {
  if (unsaved && (late || silent)) return "⚠ NOT SAVED: Python does not answer: it is busy, stopped or restarting. Your answer is sent again by itself; leave this page open.";
  if (unsaved) return "NOT SAVED yet: waiting for Python to confirm.";
  if (refused) return `⚠ ${refused}`;
  return silent ? "Python does not answer: it is busy, stopped or restarting. What you answer now is not saved until it does." : "";
}
