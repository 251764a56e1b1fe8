/** The whole run on one line: alerts, near misses and all other tracks as lanes, over the time of one piece of footage. */
import { freshId, h, setText } from "./dom.js";
import { LANES, LEFT, RIGHT, boxOf, clockWords, heightOf, paintLine } from "./player_paint.js";
import { STEPS, playerTools } from "./player_tools.js";
import { seenFrom, shifted, showing, stepped, within, zoomed } from "./player_window.js";

const KINDS = ["track", "near miss", "alert"];
const DEEP = 5; // rows of one lane; what overlaps beyond that shares the last one
const counted = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** The row of each track within its lane, so that none covers another while there is room; tracks in order of time. */
export function rowsOf(tracks) {
  const ends = [];
  return tracks.map(({ start, end }) => {
    let row = ends.findIndex((last) => last < start);
    if (row < 0) row = Math.min(ends.length, DEEP - 1);
    ends[row] = Math.max(ends[row] ?? -Infinity, end);
    return row;
  });
}

/** From the first to the last second that there is of a piece of footage or of its tracks. */
function wholeOf(tracks, seconds) {
  const first = tracks.reduce((low, each) => Math.min(low, each.start), 0);
  const last = tracks.reduce((high, each) => Math.max(high, each.end), first + seconds);
  return { first, last: Math.max(last, first + 1e-3) };
}

/** The timeline; `open(track)` is called when one is chosen. */
export function playerTimeline(about, tracks, { open }) {
  const pickId = freshId("footage");
  const pick = h("select", { id: pickId, "data-lm-suppress-shortcuts": "true", onchange: () => showSource(Number(pick.value)) }, ...about.sources.map((each, k) => h("option", { value: k }, each.name)));
  const canvas = h("canvas", { "aria-hidden": "true" });
  const line = h("div", { class: "sl-fp-line", tabindex: "0", role: "slider", "aria-label": "Timeline of the run: arrow keys choose a track, Enter opens it, + and - show less or more of the footage", "aria-valuemin": "0", onkeydown: keys, onpointerdown: pressed, onpointermove: hovered, onpointerleave: () => hover(null), onfocus: () => paint(), onblur: () => paint() }, canvas);
  const under = h("p", { class: "sl-fp-under" });
  const counts = h("p", { class: "sl-fp-counts" });
  const picking = h("label", { for: pickId, class: "sl-fp-pick" }, "footage ", pick);
  picking.hidden = about.sources.length < 2;
  const least = tracks.reduce((most, each) => Math.max(most, each.kind), 0);
  const tools = playerTools(least, { step, go, zoom, shift: (share) => look(shifted(state.view, share, state.whole)), whole: () => look(state.whole) });
  const el = h("div", { class: "sl-fp-timeline" }, h("div", { class: "sl-fp-head" }, picking, counts), tools.el, line, under);
  const state = { source: 0, current: null, chosen: null, over: null, at: NaN, colours: null, least, whole: null, view: null };
  let own = [];
  let steps = []; // those of `own` that the keys step through
  const depth = {};

  function showSource(source) {
    state.source = source;
    pick.value = String(source);
    own = tracks.filter((each) => each.source === source).sort((a, b) => a.start - b.start || a.id - b.id);
    for (const { kind } of LANES) {
      const lane = own.filter((each) => each.kind === kind);
      const rows = rowsOf(lane);
      lane.forEach((each, k) => (each.row = rows[k]));
      depth[kind] = rows.reduce((most, row) => Math.max(most, row + 1), 1);
    }
    line.style.height = `${heightOf(depth)}px`;
    const seconds = about.sources[source]?.seconds ?? 0;
    const of = (kind) => own.filter((each) => each.kind === kind).length;
    setText(counts, `${counted(of(2), "alert")}, ${counted(of(1), "near miss", "near misses")}, ${counted(of(0), "other track")} in ${clockWords(seconds)} of footage`);
    state.whole = wholeOf(own, seconds);
    state.chosen = own.find((each) => each.id === state.current) ?? null;
    step(state.least);
    look(state.whole);
  }
  function step(kind) {
    state.least = kind;
    steps = own.filter((each) => each.kind >= kind);
    state.chosen ??= steps[0] ?? null;
    line.setAttribute("aria-valuemax", String(Math.max(0, steps.length - 1)));
    say();
    paint();
  }
  function look(view) {
    state.view = within(view, state.whole);
    const { first, last } = state.view;
    tools.seen(`${clockWords(first)} to ${clockWords(last)}`);
    paint();
  }
  function zoom(factor) {
    const { view, chosen } = state;
    const there = chosen && chosen.start >= view.first && chosen.start <= view.last;
    look(zoomed(view, factor, there ? chosen.start : (view.first + view.last) / 2, state.whole));
  }
  /** Opens an alert by its number, or turns to a time; what was found, in words. */
  function go({ alert, seconds }) {
    if (alert !== undefined) {
      const track = tracks.find((each) => each.kind && each.alert === alert);
      if (!track) return `There is no alert ${alert.toLocaleString("en")} in this run.`;
      open(track);
      return "";
    }
    if (seconds > state.whole.last) return `This footage ends at ${clockWords(state.whole.last)}.`;
    const found = seenFrom(steps, seconds);
    state.chosen = found ?? state.chosen;
    const near = state.whole.last - state.whole.first > 240 ? zoomed({ first: 0, last: Math.min(120, state.view.last - state.view.first) }, 1, seconds, state.whole) : state.view;
    look(near);
    say();
    line.focus();
    if (!found) return `No ${kindWords()} from ${clockWords(seconds)} on.`;
    return found.start <= state.view.last ? "" : `The next ${kindWords()} is at ${clockWords(found.start)}.`;
  }
  function kindWords() {
    return STEPS.find((each) => each.least === state.least).one;
  }
  function wordsOf(track) {
    const what = track.kind ? `${KINDS[track.kind]} ${track.alert.toLocaleString("en")}` : `track ${track.id.toLocaleString("en")}`;
    return `${what}, ${clockWords(track.start, true)} to ${clockWords(track.end, true)}`;
  }
  function say() {
    const { chosen } = state;
    const place = steps.indexOf(chosen);
    const stands = place < 0 ? "" : `; ${(place + 1).toLocaleString("en")} of ${steps.length.toLocaleString("en")}`;
    const words = chosen ? `${wordsOf(chosen)}${stands}${chosen.id === state.current ? "; open" : ""}` : `no ${own.length ? kindWords() : "track"} in this footage`;
    line.setAttribute("aria-valuenow", String(Math.max(0, place)));
    line.setAttribute("aria-valuetext", words);
    setText(under, state.over ? wordsOf(state.over) : words);
  }
  function x(t) {
    const { first, last } = state.view;
    return LEFT + ((t - first) / (last - first)) * Math.max(10, line.clientWidth - LEFT - RIGHT);
  }
  function seen() {
    return own.filter((each) => each.end >= state.view.first && each.start <= state.view.last);
  }
  function paint() {
    const { colours, view, whole, at } = state;
    if (!colours || !view || !line.clientWidth) return;
    paintLine(canvas, { tracks: seen(), depth, view, whole, x, at, colours, frame });
  }
  function frame(track) {
    if (track.id === state.current) return [state.colours.accent, 2.5];
    if (track === state.chosen && line.matches(":focus")) return [state.colours.ink, 1.5];
    return track === state.over ? [state.colours.ink, 1] : null;
  }

  function under_(event) {
    const area = line.getBoundingClientRect();
    const [px, py] = [event.clientX - area.left, event.clientY - area.top];
    const hit = seen().filter((track) => {
      const box = boxOf(track, depth, x);
      return px >= box.left - 4 && px <= box.left + box.width + 4 && py >= box.top - 2 && py <= box.top + box.height + 2;
    });
    return hit.sort((a, b) => a.end - a.start - (b.end - b.start))[0] ?? null;
  }
  function hover(track) {
    if (track === state.over) return;
    state.over = track;
    line.style.cursor = track ? "pointer" : "default";
    say();
    paint();
  }
  function hovered(event) {
    hover(under_(event));
  }
  function pressed(event) {
    const track = under_(event);
    if (track) choose(track);
  }
  function choose(track) {
    state.chosen = track;
    open(track);
  }
  function turn(track) {
    if (!track) return;
    state.chosen = track;
    look(showing(state.view, track.start, state.whole));
    say();
  }
  function keys(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1, Home: -steps.length, End: steps.length, PageUp: -10, PageDown: 10 }[event.key];
    const factor = { "+": 0.5, "=": 0.5, "-": 2 }[event.key];
    if (by && event.shiftKey) look(shifted(state.view, Math.sign(by) / 2, state.whole));
    else if (by) turn(stepped(steps, state.chosen, by));
    else if (factor) zoom(factor);
    else if (event.key === "0") look(state.whole);
    else if (event.key === "Enter" && state.chosen) choose(state.chosen);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return {
    el,
    /** Marks a track as open, and turns to its footage. */
    current(id) {
      state.current = id;
      const track = tracks.find((each) => each.id === id);
      if (track && track.source !== state.source) showSource(track.source);
      turn(track);
    },
    at(seconds) {
      state.at = seconds;
      paint();
    },
    colours(next) {
      state.colours = next;
      paint();
    },
    /** Opens the next track, or the next that is asked about. */
    next(by, askedOnly) {
      const track = stepped(askedOnly ? own.filter((each) => each.kind) : own, state.chosen, by);
      if (track && track.id !== state.current) open(track);
    },
    start: () => showSource(0),
  };
}
