/**
 * ComparisonBoard: a face from footage and a reference, compared by eye. Python sends pictures and says where they come from;
 * what was set goes back to it, and a sheet is kept once Python has said that it is on disk.
 */
import { BOARD_KEYS } from "./board_keys.js";
import { comparingPanel } from "./board_panel.js";
import { sheetOf } from "./board_sheet.js";
import { settingsWords } from "./board_view.js";
import { freshId, h, setHidden, setText } from "./dom.js";
import { pictureUrls } from "./picture_urls.js";
import { reviewLink } from "./review_link.js";
import { keyHelp } from "./review_keys.js";
import { followLayout } from "./theme.js";
import { unsavedBanner, unsavedWords } from "./unsaved_banner.js";

const PATIENCE = 10_000; // ms until the page draws the sheet itself; at once where Python was silent before
const KEYS = [...BOARD_KEYS, ["k", "keep the comparison in the case"], ["s", "save it as a PNG file"], ["Esc", "put the tool away"], ["?", "show or hide these keys"]];

function render({ model, el }) {
  const about = model.get("about");
  const state = { pictures: null, kept: [], link: { unsaved: 0 }, refused: "", saved: "", waiting: null };
  const urls = pictureUrls();
  const spoken = h("p", { class: "sl-spoken", role: "status", "aria-live": "polite" });
  const banner = unsavedBanner("sl-cb", () => link.again());
  const panel = comparingPanel({ changed: tell, say });
  const help = keyHelp(KEYS, "sl-cb");
  const title = h("div", { class: "sl-cb-title", role: "heading", "aria-level": "3", id: freshId("board") }, about.title);
  const where = h("p", { class: "sl-cb-soft" }, about.blind ? `${about.by} · first look: no name is shown until you have judged` : `${about.by} · a person concludes, never a score`);
  const keep = h("button", { type: "button", class: "sl-primary", onclick: () => keepIt() }, "Keep in the case ", h("kbd", {}, "k"));
  const file = h("button", { type: "button", onclick: () => saveFile() }, "Save as PNG ", h("kbd", {}, "s"));
  const said = h("span", { class: "sl-cb-good" });
  const kept = h("ul", { class: "sl-cb-kept", "aria-label": "Kept in the case" });
  const lines = h("ul", { class: "sl-cb-lines", "aria-label": "Where the pictures come from" });
  const empty = h("p", { class: "sl-cb-empty" }, "Waiting for Python…");
  const work = h("div", { class: "sl-cb-work", hidden: true }, panel.el, h("div", { class: "sl-cb-save" }, keep, file, said, banner.beside()), kept, lines);
  const root = h("section", { class: "sl-widget sl-cb", tabindex: "0", "aria-labelledby": title.id, onkeydown: pressed }, h("header", {}, h("div", {}, title, where), help.button), banner.el, help.el, empty, work, spoken);
  el.replaceChildren(root);
  const link = reviewLink(model, about.home, { heard, changed: (now) => ((state.link = now), paint()) });
  let telling = 0;

  function say(words) {
    setText(spoken, words);
  }
  /** Python hears of what was set once it is at rest. */
  function tell(settings) {
    clearTimeout(telling);
    telling = setTimeout(() => (model.set("settings", settings), model.save_changes()), 300);
    state.saved = "";
    paint();
  }
  function heard(message, buffers) {
    ({ news: hearNews, pictures: hearPictures, saved: hearSaved, sheet: hearSheet, refused: hearRefused })[message.kind]?.(message, buffers);
    paint();
  }
  function hearNews(message) {
    if (!state.pictures && !state.asked) {
      state.asked = true;
      link.send({ kind: "open" });
    }
    if (message.kept) state.kept = message.kept;
  }
  async function hearPictures(message, buffers) {
    const every = await Promise.all([...message.faces, ...message.references].map((each, k) => loaded(each, buffers[k])));
    state.pictures = { faces: every.slice(0, message.faces.length), references: every.slice(message.faces.length), head: message.head };
    setHidden(work, false);
    setHidden(empty, true);
    panel.show(state.pictures.faces, state.pictures.references);
    root.dataset.ready = "true";
    paint();
  }
  async function loaded(told, buffer) {
    const url = urls.of(buffer);
    const image = new Image();
    image.src = url;
    await image.decode();
    return { ...told, image, url };
  }
  function hearSaved(message) {
    Object.assign(state, { saved: message.words, refused: "" });
    say(message.words);
    link.news();
  }
  function hearSheet(message, buffers) {
    if (state.waiting?.key !== message.key) return; // the page drew it itself meanwhile; the log says that Python did too
    clearTimeout(state.waiting.timer);
    state.waiting = null;
    handOut(new Blob([buffers[0]], { type: "image/png" }), `${message.name}.png`);
    Object.assign(state, { saved: message.words, refused: "" });
    say(message.words);
  }
  function hearRefused(message) {
    if (message.of === "export" && state.waiting) clearTimeout(state.waiting.timer), (state.waiting = null);
    state.refused = message.words;
    if (message.of === "open") empty.textContent = message.words;
  }
  function keepIt() {
    if (!state.pictures) return;
    state.refused = "";
    link.write({ kind: "keep", settings: panel.settings() });
    say("not saved yet");
  }
  function saveFile() {
    if (!state.pictures || state.waiting) return;
    const key = freshId("sheet");
    state.waiting = { key, timer: setTimeout(alone, state.link.silent ? 0 : PATIENCE) };
    link.send({ kind: "export", key, settings: panel.settings() });
    say("drawing the sheet");
  }
  /** Python does not answer: the page draws the sheet, and prints on it that the case knows nothing of it. */
  async function alone() {
    state.waiting = null;
    const [settings, chosen] = [panel.settings(), panel.pictures()];
    const when = new Date().toISOString().slice(0, 19).replace("T", " ");
    const words = [
      ...state.pictures.head, ...chosen.probe.lines, ...chosen.reference.lines, ...settingsWords(settings, chosen),
      `Compared by ${about.by}, ${when} UTC by this computer's clock, ${about.look}.`,
      "Drawn by the page while Python did not answer: it is NOT in the case and NOT in its log.",
      about.closing,
    ];
    handOut(await sheetOf(settings, chosen, panel.copyOf, about.title, words), `${about.name}-not-in-the-log.png`);
    state.saved = "";
    state.refused = "Python does not answer: the file was drawn by the page, is not in the log, and says so.";
    paint();
  }
  function handOut(blob, name) {
    const url = URL.createObjectURL(blob);
    h("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  function paint() {
    setText(said, state.saved ? `✓ ${state.saved}` : "");
    keep.setAttribute("aria-disabled", String(!state.pictures));
    const list = JSON.stringify(state.kept);
    if (kept.slKey !== list) {
      kept.slKey = list;
      kept.replaceChildren(...state.kept.map((words) => h("li", {}, words)));
    }
    if (state.pictures) paintLines(panel.pictures());
    banner.paint(bannerWords(), state.link, state.refused);
  }
  function paintLines({ probe, reference }) {
    const every = [...state.pictures.head, ...probe.lines, ...reference.lines];
    const key = JSON.stringify(every);
    if (lines.slKey === key) return;
    lines.slKey = key;
    lines.replaceChildren(...every.map((words) => h("li", {}, words)));
  }
  function bannerWords() {
    const { silent } = state.link;
    const waiting = unsavedWords(state.link, "comparison", "comparisons");
    if (waiting) return waiting;
    if (state.refused) return `⚠ ${state.refused}`;
    return silent ? "Python does not answer: it is busy, stopped or restarting. You can go on comparing and save a PNG; keeping has to wait." : "";
  }
  function pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const native = event.target.matches("input") && (event.key.startsWith("Arrow") || event.key === " ");
    const button = event.target.matches("button") && (event.key === " " || event.key === "Enter");
    if (native || button) return;
    const own = { k: keepIt, s: saveFile, "?": help.toggle }[event.key];
    if (own) own();
    else if (!panel.press(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }
  const unfollow = followLayout(el, root, panel.repaint);
  paint();
  link.start();
  return () => {
    clearTimeout(telling);
    clearTimeout(state.waiting?.timer);
    link.stop();
    panel.close();
    banner.stop();
    unfollow();
    urls.close();
  };
}

export default { render };
