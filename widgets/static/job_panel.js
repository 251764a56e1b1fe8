/** JobPanel: how far a scan is, each piece of footage with a bar, what could not be scanned, and a button that stops it. */
import { freshId, h, setHidden, setText } from "./dom.js";
import { followTheme, watchTheme } from "./theme.js";

const SILENCE = 8000; // ms without a word of Python, while the scan is at work, until the page says so
const MOST = 50; // pieces of footage with a bar of their own

const WORDS = {
  waiting: "Nothing was scanned yet.",
  running: "At work.",
  finished: "Finished.",
  stopped: "Stopped. What is written is kept; the same scan goes on from there.",
  failed: "Not finished.",
};

function render({ model, el }) {
  const title = h("div", { class: "sl-jp-title", role: "heading", "aria-level": "3", id: freshId("job") });
  const state = h("p", { class: "sl-jp-state", role: "status", "aria-live": "polite" });
  const silent = h("p", { class: "sl-jp-warn", role: "status", "aria-live": "polite", hidden: true });
  const whole = bar("All footage");
  const parts = h("ul", { class: "sl-jp-parts" });
  const more = h("p", { class: "sl-jp-more" });
  const failed = h("ul", { class: "sl-jp-failed", "aria-label": "Could not be scanned" });
  const said = h("ul", { class: "sl-jp-said", "aria-label": "Notes of the scan" });
  const stop = h("button", { type: "button", class: "sl-jp-stop", onclick: ask }, "Stop the scan");
  const root = h(
    "section",
    { class: "sl-widget sl-jp", tabindex: "0", "aria-labelledby": title.id },
    h("header", {}, title, stop), state, silent, whole.el, parts, more, failed, said,
  );
  el.replaceChildren(root);
  const unwatch = watchTheme(() => followTheme(root));
  followTheme(root);
  const rows = [];
  let began = pace();
  let run = null;
  let heard = Date.now();
  let asked = false;

  function ask() {
    if (stop.getAttribute("aria-disabled") === "true") return;
    asked = true;
    model.send({ kind: "stop" });
    paint();
  }
  function paint() {
    const shown = model.get("shown");
    if (shown.run !== null && shown.run !== run) [run, began] = [shown.run, pace()];
    root.dataset.state = shown.state;
    setText(title, shown.title);
    setText(state, [WORDS[shown.state] ?? shown.state, shown.why].filter(Boolean).join(" "));
    root.classList.toggle("sl-jp-bad", shown.state === "failed");
    if (!shown.can_stop && stop.ownerDocument.activeElement === stop) root.focus();
    setHidden(stop, !shown.can_stop);
    stop.setAttribute("aria-disabled", String(asked));
    setText(stop, asked ? "Stopping…" : "Stop the scan");
    setHidden(whole.el, !shown.parts.length);
    whole.set(shown.share, `${time(shown.written)} of ${time(shown.seconds)} written${left(shown)}`);
    shown.parts.slice(0, MOST).forEach((part, k) => paintPart(part, k, shown));
    rows.splice(Math.min(MOST, shown.parts.length)).forEach((row) => row.el.remove());
    setHidden(parts, shown.parts.length < 2);
    setHidden(more, shown.parts.length <= MOST);
    setText(more, `and ${shown.parts.length - MOST} more`);
    list(failed, shown.parts.flatMap((part) => part.failed.map((why) => `${part.name}: ${why}`)));
    list(said, shown.said);
  }
  function paintPart(part, k, shown) {
    if (!rows[k]) {
      rows[k] = bar("");
      parts.append(h("li", {}, rows[k].el));
      rows[k].el = parts.lastChild;
    }
    rows[k].call(part.name); // on a case's panel the next run has other footage
    const share = shown.state === "finished" ? 1 : part.written / part.seconds;
    rows[k].set(share, `${time(part.written)} of ${time(part.seconds)}, ${part.segments === 1 ? "1 segment" : `${part.segments} segments`}`);
  }
  function left(shown) {
    const per = began.per(shown.written);
    if (shown.state !== "running" || !per) return "";
    return `, about ${time((shown.seconds - shown.written) * per)} to go`;
  }
  function listen() {
    heard = Date.now();
    setHidden(silent, true);
    paint();
  }
  const timer = setInterval(() => {
    if (model.get("shown").state !== "running" || Date.now() - heard < SILENCE) return;
    setText(silent, "Python does not answer: its kernel is busy or gone. What is written is kept.");
    setHidden(silent, false);
  }, 1000);
  model.on("change:shown", listen);
  paint();
  return () => {
    clearInterval(timer);
    model.off("change:shown", listen);
    unwatch();
  };
}

/** A bar with its name and its words; the share is also in words, and in the bar's own value. */
function bar(name) {
  const words = h("span", { class: "sl-jp-words" });
  const title = h("span", { class: "sl-jp-name" });
  const meter = h("progress", { max: "1" });
  const el = h("div", { class: "sl-jp-bar" }, title, meter, words);
  function call(name) {
    if (title.slText === name) return;
    setText(title, name);
    title.setAttribute("title", name);
    meter.setAttribute("aria-label", name);
  }
  call(name);
  return {
    el,
    call,
    set(share, text) {
      meter.value = Math.max(0, Math.min(1, share || 0));
      setText(words, `${Math.floor(100 * (share || 0))} % · ${text}`);
    },
  };
}

function list(el, lines) {
  setHidden(el, !lines.length);
  const key = JSON.stringify(lines);
  if (el.slText === key) return;
  el.slText = key;
  el.replaceChildren(...lines.map((line) => h("li", {}, line)));
}

/** How many seconds a second of footage has taken since the page first looked. */
function pace() {
  let first = null;
  return {
    per(written) {
      first ??= { written, at: Date.now() };
      return written > first.written ? (Date.now() - first.at) / 1000 / (written - first.written) : 0;
    },
  };
}

/** Seconds as 1:02:03 or 2:03. */
function time(seconds) {
  const whole = Math.max(0, Math.round(seconds || 0));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export default { render };
