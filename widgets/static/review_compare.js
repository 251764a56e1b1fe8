/**
 * The pair that is open, compared closer: the panel of ComparisonBoard with pictures and nothing else, so that the first look
 * stays blind. Eyes are set by hand here, for every pair alike: what is known of one and not of another would tell them apart.
 */
import { BOARD_KEYS } from "./board_keys.js";
import { comparingPanel } from "./board_panel.js";
import { h, setText } from "./dom.js";
import { keyHelp } from "./review_keys.js";

/** The panel and the button that opens it; `pair()` gives the pictures, `toggled(open)` puts the panel in or takes it away. */
export function closerLook({ pair, say, toggled }) {
  const panel = comparingPanel({ changed: () => {}, say });
  const help = keyHelp(BOARD_KEYS, "sl-cb");
  const back = h("button", { type: "button", onclick: close }, "Back to the pair ", h("kbd", {}, "Esc"));
  const lacks = h("span", { class: "sl-cb-soft" });
  const el = h("section", { class: "sl-cb", tabindex: "0", "aria-label": "The pair compared closer", onkeydown: pressed }, h("div", { class: "sl-cb-back" }, back, help.button, lacks), help.el, panel.el);
  const button = h("button", { type: "button", class: "sl-ar-small", onclick: open }, "Compare closer ", h("kbd", {}, "v"));

  let shown = false;

  async function open() {
    const { faces, references } = pair() ?? { faces: [], references: [] };
    if (!faces.length || !references.length) return say("no picture is kept any more");
    const [probe, reference] = await Promise.all([faces, references].map((some) => Promise.all(some.map(loaded))));
    shown = true;
    toggled(true);
    panel.show(probe, reference);
    setText(lacks, "pictures only; what you set here is not kept");
    el.focus({ preventScroll: true });
  }
  async function loaded({ url, words }) {
    const image = new Image();
    image.src = url;
    await image.decode();
    return { image, url, name: words, eyes: [], scale: null };
  }
  function close() {
    if (!shown) return;
    panel.rest();
    shown = false;
    toggled(false);
  }
  function pressed(event) {
    event.stopPropagation(); // letters mean other things behind it
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target.matches("input") && (event.key.startsWith("Arrow") || event.key === " ")) return;
    if (event.target.matches("button") && (event.key === " " || event.key === "Enter")) return;
    if (event.key === "?") help.toggle();
    else if (!panel.press(event)) {
      if (event.key !== "Escape") return;
      close(); // no tool was in hand
    }
    event.preventDefault();
  }
  return { el, button, open, close, shown: () => shown, end: panel.close };
}
