/** What is said while something is not saved: over the widget, where it stays in sight, and beside what saves. */
import { h, refill, setHidden, setText } from "./dom.js";
import { pinned } from "./pinned.js";

/**
 * The banner of a widget whose classes begin with `stem`; `again()` sends once more what waits. `beside()` gives a line for
 * the place where the work is done, away from which people do not look; `stop` ends the banner.
 */
export function unsavedBanner(stem, again) {
  const el = h("div", { class: `sl-banner ${stem}-banner`, role: "status", "aria-live": "polite", hidden: true });
  const pin = pinned(el);
  const lines = [];
  let shown = "";

  function beside() {
    const line = h("p", { class: "sl-beside", hidden: true });
    lines.push(line);
    return line;
  }
  /** Says `words`, nothing if there are none; `link` is the state of the line to Python, `more` are buttons beside "Send again". */
  function paint(words, link, refused, more = []) {
    const bad = link.unsaved > 0 || Boolean(refused);
    el.dataset.kind = bad ? "unsaved" : "quiet";
    setHidden(el, !words);
    for (const line of lines) {
      setText(line, bad ? words : "");
      setHidden(line, !bad || !words);
    }
    const retry = link.late || link.silent ? [h("button", { type: "button", onclick: again }, "Send again now")] : [];
    const buttons = [...retry, ...more];
    const key = JSON.stringify([words, ...buttons.map((each) => each.textContent)]);
    if (shown === key) return pin.place();
    shown = key;
    refill(el, [h("span", {}, words), ...buttons]);
    pin.place();
  }
  return { el, beside, paint, stop: pin.stop };
}

/**
 * That something (`one`, `several`: what it is called) is not saved yet, and why; "" if all is. `lost` says what comes of it
 * where the page has to be loaded again, because it shows no cell that could be run.
 */
export function unsavedWords({ unsaved: count, late, silent }, one, several, lost = "then do it once more") {
  if (!count) return "";
  const what = count === 1 ? `1 ${one}` : `${count} ${several}`;
  if (!late && !silent) return `NOT SAVED yet: ${what}, waiting for Python to confirm.`;
  return `⚠ NOT SAVED: ${what}. Python does not answer: it is busy, stopped or restarting. It is sent again by itself; ${ifThatGoesOn(lost)}.`;
}

/** What to do where Python stays away: a page that is served shows no cell that could be run, so that `lost` is what comes of it. */
export function ifThatGoesOn(lost) {
  const served = document.getElementById("rendered_cells"); // Voila's page, without a notebook
  return served ? `if that goes on, load this page again: ${lost}` : "if the kernel was restarted, run the cell again and leave this page open";
}
