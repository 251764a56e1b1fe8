/** FootagePlayer: choose a track on the timeline of the run, and see the footage around it; everyone else is hidden in it. */
import { clipLink } from "./clip_link.js";
import { clipStage } from "./clip_stage.js";
import { freshId, h } from "./dom.js";
import { playerTimeline } from "./player_timeline.js";
import { followLayout } from "./theme.js";

const REST = 250; // ms at rest before Python hears where the player stands
const KEYS = [
  ["Space", "play, pause"],
  [", .", "a frame back, a frame on"],
  ["← →", "a second back, a second on; on the timeline another track of those stepped through, Enter opens it"],
  ["n p", "the next alert or near miss, the one before"],
  ["] [", "the next track, the one before"],
  ["+ -", "faster, slower; on the timeline less of the footage, or more"],
  ["Shift ← →", "on the timeline: earlier, later"],
  ["0", "on the timeline: all of the footage"],
  ["l b", "loop; the frame around the person"],
  ["?", "show or hide these keys"],
];

function render({ model, el }) {
  const about = model.get("about");
  const tracks = unpack(model.get("tracks"));
  let rest = 0;
  let told = NaN; // where Python was last told that the player stands
  const stage = clipStage({ moved, stills: (clip, then) => link.stills(clip, then), retry: () => open(current) });
  const timeline = playerTimeline(about, tracks, { open });
  const link = clipLink(model, stage.coming);
  const helpId = freshId("keys");
  const help = h("dl", { class: "sl-fp-keys", id: helpId, hidden: true }, ...KEYS.map(([keys, does]) => h("div", {}, h("dt", {}, ...keys.split(" ").map((key) => h("kbd", {}, key))), h("dd", {}, does))));
  const helper = h("button", { type: "button", class: "sl-fp-small", "aria-expanded": "false", "aria-controls": helpId, onclick: toggleHelp }, "Keys ", h("kbd", {}, "?"));
  const title = h("div", { class: "sl-fp-title", role: "heading", "aria-level": "2", id: freshId("player") }, about.title);
  const said = [...new Set(about.sources.map((each) => each.says).filter(Boolean))];
  const says = h("p", { class: "sl-fp-says", hidden: !said.length }, ...said.map((each) => `The footage says of itself: “${each}”. `));
  const none = h("p", { class: "sl-fp-none" }, tracks.length ? "Choose a track on the timeline. A clip is made for it: everyone but the person of an alert is hidden in the picture itself." : "Nobody was seen in this run.");
  const root = h("section", { class: "sl-widget sl-fp", tabindex: "0", "aria-labelledby": title.id, onkeydown: pressed }, h("header", {}, title, helper), says, help, timeline.el, none, stage.el);
  let current = null;
  stage.el.hidden = true;
  el.replaceChildren(root);

  function open(track) {
    if (!track) return;
    current = track;
    none.hidden = true;
    stage.el.hidden = false;
    stage.pause();
    timeline.current(track.id);
    root.dataset.track = String(track.id);
    if (model.get("track") !== track.id) save({ track: track.id });
    link.open({ track: track.id });
  }
  function save(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  }
  function moved(seconds) {
    timeline.at(seconds);
    clearTimeout(rest);
    rest = setTimeout(() => {
      if (told === seconds) return;
      told = seconds;
      save({ at: seconds });
    }, REST);
  }
  function trackChanged() {
    const wanted = model.get("track");
    if (wanted !== current?.id) open(tracks.find((each) => each.id === wanted));
  }
  function atChanged() {
    const wanted = model.get("at");
    if (wanted === told) return;
    told = wanted;
    stage.seek(wanted);
  }
  function toggleHelp() {
    help.hidden = !help.hidden;
    helper.setAttribute("aria-expanded", String(!help.hidden));
  }
  function pressed(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || target.matches("select, input[type=text]")) return;
    if (key === " " && target.matches("button, input[type=checkbox]")) return; // the browser presses it
    if (target.matches("input[type=range]") && /^(Arrow|Home|End|Page)/.test(key)) return; // frame by frame
    if (!own(key) && !stage.press(key)) return;
    event.preventDefault();
    event.stopPropagation();
  }
  function own(key) {
    const does = { n: () => timeline.next(1, true), p: () => timeline.next(-1, true), "]": () => timeline.next(1, false), "[": () => timeline.next(-1, false), "?": toggleHelp }[key];
    does?.();
    return Boolean(does);
  }
  function colour() {
    const style = getComputedStyle(root);
    const named = (name) => style.getPropertyValue(`--sl-${name}`).trim();
    const names = ["ink", "soft", "panel", "ground", "accent", "alert", "near", "track"];
    timeline.colours({ ...Object.fromEntries(names.map((name) => [name, named(name)])), font: `12px ${style.fontFamily}` });
  }
  const unfollow = followLayout(el, root, colour);
  model.on("change:track", trackChanged);
  model.on("change:at", atChanged);
  timeline.start();
  trackChanged();
  root.dataset.ready = "true";
  return () => {
    clearTimeout(rest);
    model.off("change:track", trackChanged);
    model.off("change:at", atChanged);
    stage.close();
    link.stop();
    unfollow();
  };
}

/** The tracks as objects, from columns of bytes. */
function unpack({ times, what }) {
  const [seconds, rows] = [new Float64Array(aligned(times)), new Int32Array(aligned(what))];
  return Array.from({ length: rows.length / 4 }, (_, k) => {
    const [id, source, kind, alert] = rows.subarray(4 * k, 4 * k + 4);
    return { id, source, kind, alert, start: seconds[2 * k], end: seconds[2 * k + 1], row: 0 };
  });
}

function aligned(view) {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice().buffer;
}

export default { render };
