/** The whole run on one line: alerts, near misses and all other tracks as lanes, over the time of one piece of footage. */
import { fitted, freshId, h, setText } from "./dom.js";

const KINDS = ["track", "near miss", "alert"];
const LANES = [{ kind: 2, name: "alerts" }, { kind: 1, name: "near misses" }, { kind: 0, name: "other tracks" }];
const [LEFT, RIGHT, AXIS, ROW] = [84, 10, 20, 16];
const DEEP = 5; // rows of one lane; what overlaps beyond that shares the last one

/** "1:02:05", or "0:12.5" where the whole is short. */
function clockWords(seconds, fine = false) {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = fine ? `.${Math.floor((seconds - whole) * 10)}` : "";
  const two = (value) => String(value).padStart(2, "0");
  return (hours ? `${hours}:${two(minutes)}` : String(minutes)) + `:${two(rest)}${tail}`;
}

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

/** The timeline; `open(track)` is called when one is chosen. */
export function playerTimeline(about, tracks, { open }) {
  const pickId = freshId("footage");
  const pick = h("select", { id: pickId, "data-lm-suppress-shortcuts": "true", onchange: () => showSource(Number(pick.value)) }, ...about.sources.map((each, k) => h("option", { value: k }, each.name)));
  const canvas = h("canvas", { "aria-hidden": "true" });
  const line = h("div", { class: "sl-fp-line", tabindex: "0", role: "slider", "aria-label": "Timeline of the run: arrow keys choose a track, Enter opens it", "aria-valuemin": "0", onkeydown: keys, onpointerdown: pressed, onpointermove: hovered, onpointerleave: () => hover(null), onfocus: () => paint(), onblur: () => paint() }, canvas);
  const under = h("p", { class: "sl-fp-under" });
  const counts = h("p", { class: "sl-fp-counts" });
  const picking = h("label", { for: pickId, class: "sl-fp-pick" }, "footage ", pick);
  picking.hidden = about.sources.length < 2;
  const el = h("div", { class: "sl-fp-timeline" }, h("div", { class: "sl-fp-head" }, picking, counts), line, under);
  const state = { source: 0, current: null, chosen: null, over: null, at: NaN, colours: null };
  let own = [];
  let depth = {};

  function showSource(source) {
    state.source = source;
    pick.value = String(source);
    own = tracks.filter((each) => each.source === source).sort((a, b) => a.start - b.start || a.id - b.id);
    for (const { kind } of LANES) {
      const lane = own.filter((each) => each.kind === kind);
      const rows = rowsOf(lane);
      lane.forEach((each, k) => (each.row = rows[k]));
      depth[kind] = Math.max(1, ...rows.map((row) => row + 1));
    }
    line.style.height = `${AXIS + LANES.reduce((sum, { kind }) => sum + ROW * depth[kind] + 6, 0)}px`;
    line.setAttribute("aria-valuemax", String(Math.max(0, own.length - 1)));
    const of = (kind) => own.filter((each) => each.kind === kind).length;
    setText(counts, `${of(2)} ${of(2) === 1 ? "alert" : "alerts"}, ${of(1)} ${of(1) === 1 ? "near miss" : "near misses"}, ${of(0)} other ${of(0) === 1 ? "track" : "tracks"} in ${clockWords(about.sources[source]?.seconds ?? 0)} of footage`);
    state.chosen = own.find((each) => each.id === state.current) ?? own[0] ?? null;
    say();
    paint();
  }
  function wordsOf(track) {
    const what = track.kind ? `${KINDS[track.kind]} ${track.alert}` : `track ${track.id}`;
    return `${what}, ${clockWords(track.start, true)} to ${clockWords(track.end, true)}`;
  }
  function say() {
    const { chosen } = state;
    const words = chosen ? `${wordsOf(chosen)}; ${own.indexOf(chosen) + 1} of ${own.length}${chosen.id === state.current ? "; open" : ""}` : "no track in this footage";
    line.setAttribute("aria-valuenow", String(Math.max(0, own.indexOf(chosen))));
    line.setAttribute("aria-valuetext", words);
    setText(under, state.over ? wordsOf(state.over) : words);
  }
  function scale() {
    const first = Math.min(0, ...own.map((each) => each.start));
    const last = Math.max(first + 1e-3, (about.sources[state.source]?.seconds ?? 0) + first, ...own.map((each) => each.end));
    const width = Math.max(10, line.clientWidth - LEFT - RIGHT);
    return { first, last, x: (t) => LEFT + ((t - first) / (last - first)) * width, t: (x) => first + ((x - LEFT) / width) * (last - first) };
  }
  function topOf(kind) {
    let top = 0;
    for (const lane of LANES) {
      if (lane.kind === kind) return top;
      top += ROW * depth[lane.kind] + 6;
    }
    return top;
  }
  function boxOf(track, { x }) {
    const left = x(track.start);
    return { left, width: Math.max(5, x(track.end) - left), top: topOf(track.kind) + ROW * track.row + 2, height: ROW - 4 };
  }
  function paint() {
    if (!state.colours || !line.clientWidth) return;
    const { pen, width, height } = fitted(canvas);
    const at = scale();
    const colours = state.colours;
    pen.clearRect(0, 0, width, height);
    pen.font = colours.font;
    pen.textBaseline = "middle";
    for (const { kind, name } of LANES) {
      pen.fillStyle = colours.soft;
      pen.textAlign = "left";
      pen.fillText(name, 0, topOf(kind) + ROW / 2);
      pen.fillStyle = colours.panel;
      pen.fillRect(LEFT, topOf(kind), width - LEFT - RIGHT, ROW * depth[kind] + 2);
    }
    axis(pen, at, width, height, colours);
    own.forEach((track) => bar(pen, track, boxOf(track, at), colours));
    if (!Number.isNaN(state.at)) stroke(pen, at.x(state.at), height - AXIS, colours.ink);
  }
  function bar(pen, track, box, colours) {
    const fill = { 0: colours.track, 1: colours.near, 2: colours.alert }[track.kind];
    pen.fillStyle = fill;
    pen.fillRect(box.left, box.top, box.width, box.height);
    if (track.kind === 2) mark(pen, box, colours.ground); // never colour alone: alerts carry a mark, near misses a gap
    if (track.kind === 1) pen.clearRect(box.left + 1.5, box.top + box.height / 2 - 1, Math.max(0, box.width - 3), 2);
    const frame = track.id === state.current ? 2.5 : track === state.chosen && line.matches(":focus") ? 1.5 : 0;
    if (!frame && track !== state.over) return;
    pen.strokeStyle = frame === 2.5 ? colours.accent : colours.ink;
    pen.lineWidth = frame || 1;
    pen.strokeRect(box.left - 1.5, box.top - 1.5, box.width + 3, box.height + 3);
  }
  function mark(pen, { left, width, top, height }, colour) {
    if (width < 9) return;
    pen.fillStyle = colour;
    pen.beginPath();
    pen.moveTo(left + width / 2 - 3.5, top + 2.5);
    pen.lineTo(left + width / 2 + 3.5, top + 2.5);
    pen.lineTo(left + width / 2, top + height - 2.5);
    pen.fill();
  }
  function stroke(pen, x, height, colour) {
    pen.strokeStyle = colour;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(x, 0);
    pen.lineTo(x, height);
    pen.stroke();
  }
  function axis(pen, { first, last, x }, width, height, colours) {
    const room = (width - LEFT - RIGHT) / 70;
    const steps = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];
    const step = steps.find((each) => (last - first) / each <= room) ?? 43200;
    pen.fillStyle = colours.soft;
    pen.textAlign = "center";
    for (let t = Math.ceil(first / step) * step; t <= last + 1e-9; t += step) {
      if (x(t) > width - 16) break;
      pen.fillText(clockWords(t, step < 1), Math.max(x(t), LEFT + 10), height - AXIS / 2 + 2);
      pen.fillRect(x(t), height - AXIS, 1, 4);
    }
  }

  function under_(event) {
    const area = line.getBoundingClientRect();
    const [px, py] = [event.clientX - area.left, event.clientY - area.top];
    const at = scale();
    const hit = own.filter((track) => {
      const box = boxOf(track, at);
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
  function move(by, some = own) {
    if (!some.length) return null;
    const now = some.indexOf(state.chosen);
    const near = now >= 0 ? now + by : some.findIndex((each) => each.start >= (state.chosen?.start ?? -Infinity)) + (by > 0 ? 0 : -1);
    state.chosen = some[Math.max(0, Math.min(some.length - 1, near))];
    say();
    paint();
    return state.chosen;
  }
  function keys(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1, Home: -own.length, End: own.length, PageUp: -10, PageDown: 10 }[event.key];
    if (by) move(by);
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
      if (track) state.chosen = track;
      if (track && track.source !== state.source) showSource(track.source);
      say();
      paint();
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
      const track = move(by, askedOnly ? own.filter((each) => each.kind) : own);
      if (track && track.id !== state.current) open(track);
    },
    start: () => showSource(0),
  };
}
