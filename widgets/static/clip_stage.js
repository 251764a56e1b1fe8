/** The stage: a clip with boxes in step with its picture, and what it takes to move through it frame by frame. */
import { frameAt, middleOf, playsClips } from "./clip_link.js";
import { freshId, h, setHidden, setText } from "./dom.js";

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4];

/**
 * The stage; `moved(seconds in the footage)` hears where it stands, `stills(clip, then)` is asked where no H.264 can be played,
 * `retry()` after a failure.
 */
export function clipStage({ moved, stills, retry }) {
  const video = h("video", { tabindex: "-1", playsinline: true, muted: true, preload: "auto", "aria-hidden": "true", onerror: cannotPlay, onseeked: paint, onpause: state, onplay: state, onended: state });
  video.muted = true;
  const still = h("img", { alt: "", hidden: true });
  const over = h("canvas", { "aria-hidden": "true" });
  const words = h("span", { role: "status", "aria-live": "polite" });
  const far = h("span", {}); // beside what is said aloud: nobody wants to hear every per cent
  const bar = h("progress", { max: "100", "aria-label": "how far the clip is" });
  const again = h("button", { type: "button", onclick: () => retry() }, "Try again");
  const cover = h("div", { class: "sl-clip-cover" }, h("p", { class: "sl-clip-words" }, words, far), bar, again);
  const picture = h("div", { class: "sl-clip-picture", role: "img", "aria-label": "no clip is open" }, video, still, over, cover);
  const scrub = h("input", { type: "range", min: "0", max: "0", step: "1", class: "sl-clip-scrub", "aria-label": "frame of the clip", oninput: () => go(Number(scrub.value)) });
  const play = button("Play", "Space", toggle);
  const speedId = freshId("speed");
  const speed = h("select", { id: speedId, "data-lm-suppress-shortcuts": "true", onchange: () => setSpeed(Number(speed.value)) }, ...SPEEDS.map((each) => h("option", { value: each, selected: each === 1 }, `${each}×`)));
  const loop = toggleBox("loop", false, (on) => (video.loop = on));
  const boxes = toggleBox("frame around the person", true, () => paint());
  const steps = [button("−1 s", "←", () => jump(-1)), button("−1 frame", ",", () => step(-1)), play, button("+1 frame", ".", () => step(1)), button("+1 s", "→", () => jump(1))];
  const place = h("p", { class: "sl-clip-place" });
  const said = h("p", { class: "sl-clip-said" });
  const controls = h("div", { class: "sl-clip-controls", role: "group", "aria-label": "Clip" }, ...steps, h("label", { for: speedId, class: "sl-clip-pick" }, "speed ", speed), loop.el, boxes.el);
  const el = h("div", { class: "sl-clip" }, picture, scrub, controls, place, said);
  let clip = null;
  let frame = 0;
  let pictures = null; // { frames, urls } where stills stand in for the video
  let waiting = 0;
  let sharp = 1;
  const steadily = "requestVideoFrameCallback" in HTMLVideoElement.prototype;

  function button(text, key, does) {
    return h("button", { type: "button", class: "sl-clip-button", onclick: does }, h("span", {}, text), " ", h("kbd", {}, key));
  }
  function toggleBox(text, on, does) {
    const box = h("input", { type: "checkbox", onchange: () => does(box.checked) });
    box.checked = on;
    const flip = () => ((box.checked = !box.checked), does(box.checked));
    return { el: h("label", { class: "sl-clip-pick" }, box, ` ${text}`), box, flip };
  }

  /** How a clip that was asked for comes along; see `clipLink`. */
  function coming(state) {
    if (state.phase === "ready") return show(state.clip);
    if (clip) clear();
    const silence = state.silent ? "Python does not answer: it is busy, stopped or restarting. It is asked again by itself. " : "";
    const text = { making: `The clip is made: ${state.words}`, loading: "The clip is loaded", failed: `No clip: ${state.words}` }[state.phase];
    const perCent = state.phase === "loading" ? share(state) : state.perCent ?? 0;
    setText(words, silence + text);
    setText(far, state.phase === "failed" ? "" : `, ${perCent} %`);
    setHidden(bar, state.phase === "failed");
    bar.value = perCent;
    setHidden(again, state.phase !== "failed");
    setHidden(cover, false);
    el.dataset.state = state.silent ? "silent" : state.phase;
  }
  function show(next) {
    clip = next;
    frame = 0;
    pictures = null;
    const { width, height, said: who, where, says } = next.about;
    picture.style.aspectRatio = `${width} / ${height}`;
    sharp = Math.max(1, Math.round(1600 / width)); // so that lines over a small picture are sharp
    over.width = width * sharp;
    over.height = height * sharp;
    scrub.max = String(next.times.length - 1);
    setText(said, `${who}${where ? ` ${where}.` : ""}${says ? ` The file says of itself: “${says}”.` : ""}`);
    if (!playsClips()) return cannotPlay();
    still.hidden = true;
    video.hidden = false;
    setHidden(cover, true);
    video.src = next.url;
    video.currentTime = middleOf(next.times, 0);
    el.dataset.state = "ready";
    follow();
    paint();
    state();
  }
  function clear() {
    clip = null;
    pictures = null;
    video.removeAttribute("src");
    video.load();
    over.getContext("2d").clearRect(0, 0, over.width, over.height);
    still.hidden = true;
    setText(place, "");
    setText(said, "");
    picture.setAttribute("aria-label", "no clip is open");
    state();
  }
  /** Says plainly that this browser cannot play it, and shows some of its frames instead. */
  function cannotPlay() {
    if (!clip || pictures) return;
    const own = clip;
    pictures = { frames: [], urls: [] };
    el.dataset.state = "stills";
    video.hidden = true;
    setHidden(cover, false);
    setHidden(bar, true);
    setHidden(again, true);
    setText(far, "");
    setText(words, "This browser cannot play H.264 video. Waiting for pictures of the clip…");
    stills(own, (frames, urls, failed) => {
      if (own !== clip) return;
      pictures = { frames, urls };
      if (!frames.length) return setText(words, `This browser cannot play H.264 video, and no pictures came: ${failed}`);
      still.hidden = false;
      setHidden(cover, true);
      setText(said, `This browser cannot play H.264 video: ${frames.length.toLocaleString("en")} of ${own.times.length.toLocaleString("en")} frames are shown as pictures. ${own.about.said} ${own.about.where}`);
      go(0);
      state();
    });
  }

  function follow() {
    if (steadily) video.requestVideoFrameCallback((_, shown) => (at(shown.mediaTime), follow()));
  }
  function ticking() {
    waiting = 0;
    if (!clip || video.paused) return;
    at(video.currentTime);
    waiting = requestAnimationFrame(ticking);
  }
  function at(seconds) {
    if (!clip || pictures) return;
    const now = frameAt(clip.times, seconds);
    if (now === frame && el.dataset.frame === String(now)) return;
    frame = now;
    paint();
  }
  function paint() {
    if (!clip) return;
    if (!pictures && !steadily && video.readyState > 1) frame = frameAt(clip.times, video.currentTime);
    const pen = over.getContext("2d");
    pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    pen.clearRect(0, 0, over.width, over.height);
    const [x1, y1, x2, y2] = clip.boxes.subarray(4 * frame, 4 * frame + 4);
    const seen = !Number.isNaN(x1);
    if (seen && boxes.box.checked) outline(pen, x1, y1, x2, y2);
    const seconds = clip.times[frame];
    scrub.value = String(frame);
    const time = `${seconds.toFixed(3)} s in the ${clip.about.where ? "footage" : "clip"}`;
    const which = `frame ${(frame + 1).toLocaleString("en")} of ${clip.times.length.toLocaleString("en")}`;
    scrub.setAttribute("aria-valuetext", `${which}, ${time}`);
    const who = clip.about.alert ? (seen ? "the person asked about is in the frame" : "the person asked about is not shown here") : "everyone is hidden";
    setText(place, `${which} · ${time} · ${who}`);
    picture.setAttribute("aria-label", `clip of ${clip.about.where || "the footage"}; ${who}`);
    el.dataset.frame = String(frame);
    moved(seconds);
  }
  function outline(pen, x1, y1, x2, y2) {
    const thick = clip.about.width / 400;
    const gap = 2 * thick;
    for (const [colour, width] of [["#000000", 2.4 * thick], ["#f0e442", thick]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.strokeRect(x1 - gap, y1 - gap, x2 - x1 + 2 * gap, y2 - y1 + 2 * gap);
    }
  }
  /** Shows a frame by its number. */
  function go(number) {
    if (!clip) return;
    const wanted = Math.max(0, Math.min(clip.times.length - 1, number));
    if (pictures) return goStill(wanted);
    video.pause();
    frame = wanted;
    video.currentTime = middleOf(clip.times, wanted);
    paint();
  }
  function goStill(wanted) {
    const { frames, urls } = pictures;
    if (!frames.length) return;
    const place = frames.reduce((best, each, k) => (Math.abs(each - wanted) < Math.abs(frames[best] - wanted) ? k : best), 0);
    frame = frames[place];
    still.src = urls[place];
    paint();
  }
  function step(by) {
    if (!clip) return;
    if (!pictures) return go(frame + by);
    const place = pictures.frames.indexOf(frame) + by;
    goStill(pictures.frames[Math.max(0, Math.min(pictures.frames.length - 1, place))]);
  }
  function jump(seconds) {
    if (clip) go(frameAt(clip.times, clip.times[frame] - clip.times[0] + seconds));
  }
  function toggle() {
    if (!clip || pictures) return;
    if (!video.paused) return video.pause();
    if (frame >= clip.times.length - 1) video.currentTime = 0;
    video.play().catch(() => cannotPlay());
    if (!steadily && !waiting) waiting = requestAnimationFrame(ticking);
  }
  function setSpeed(rate) {
    speed.value = String(rate);
    video.playbackRate = rate;
  }
  function faster(by) {
    setSpeed(SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, SPEEDS.indexOf(Number(speed.value)) + by))]);
  }
  function state() {
    const playing = Boolean(clip) && !video.paused && !video.ended;
    setText(play.firstChild, playing ? "Pause" : "Play");
    play.setAttribute("aria-disabled", String(!clip || Boolean(pictures)));
    steps.filter((each) => each !== play).forEach((each) => each.setAttribute("aria-disabled", String(!clip)));
  }
  const KEYS = { " ": toggle, ",": () => step(-1), ".": () => step(1), ArrowLeft: () => jump(-1), ArrowRight: () => jump(1), Home: () => go(0), End: () => go(Infinity), "-": () => faster(-1), "+": () => faster(1), l: loop.flip, b: boxes.flip };

  state();
  return {
    el,
    coming,
    /** Does what a key stands for; whether it stands for anything. */
    press(key) {
      if (!KEYS[key]) return false;
      KEYS[key]();
      return true;
    },
    /** Shows the frame at a time of the footage, in seconds. */
    seek: (seconds) => clip && go(frameAt(clip.times, seconds - clip.times[0])),
    pause: () => video.pause(),
    close: () => (cancelAnimationFrame(waiting), video.pause(), video.removeAttribute("src")),
  };
}

function share({ got, of }) {
  return of ? Math.round((100 * got) / of) : 0;
}
