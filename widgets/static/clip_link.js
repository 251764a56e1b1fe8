/**
 * A clip on its way to the page: Python makes it, then it comes in ranges of bytes and becomes a Blob. Whatever is here stays
 * here: a clip that is loaded plays on when the kernel is gone.
 */

const PART = 512 * 1024; // bytes asked for at once
const PATIENCE = 6000; // ms without a word after which the page asks again
const GRACE = 2000; // ms without a word on that after which it says that Python is silent

/** A name that no other message has. */
function fresh() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Asks for clips, one at a time; `changed(state)` hears how it goes:
 * { phase: "making", perCent, words } | { phase: "loading", got, of } | { phase: "ready", clip } | { phase: "failed", words },
 * each with `silent`: true while Python does not answer. A clip has `url`, `about`, `times` and `boxes`.
 */
export function clipLink(model, changed, patience = PATIENCE) {
  const urls = [];
  const kept = new Map(); // what was loaded before, by what was asked
  let job = null;
  let timer = 0;

  function send(message) {
    try {
      model.send(message);
    } catch {
      // the connection is gone: the clock says so
    }
  }
  function tell(state) {
    job.state = { silent: false, ...state };
    changed(job.state);
  }
  function wait() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      again();
      timer = setTimeout(() => (changed({ ...job.state, silent: true }), wait()), GRACE);
    }, patience);
  }
  function again() {
    if (!job || job.done) return;
    if (job.about) next();
    else send({ kind: "clip", key: job.key, ...job.what });
  }
  /** Asks for a clip; `what` goes to Python as it is. */
  function open(what) {
    clearTimeout(timer);
    const name = JSON.stringify(what);
    job = { what, name, key: fresh(), parts: [], got: 0, about: null, done: false, state: null };
    if (kept.has(name)) return finish(kept.get(name));
    tell({ phase: "making", perCent: 0, words: "asking Python" });
    again();
    wait();
  }
  function finish(clip) {
    job.done = true;
    clearTimeout(timer);
    tell({ phase: "ready", clip });
  }
  function next() {
    send({ kind: "range", clip: job.about.clip, key: job.key, from: job.got, to: Math.min(job.got + PART, job.about.bytes) });
  }
  function heard(message, buffers) {
    if (!job || message.key !== job.key || job.done) return;
    wait();
    if (message.kind === "making") tell({ phase: "making", perCent: message.per_cent, words: message.words });
    else if (message.kind === "clip") began(message, buffers);
    else if (message.kind === "range") gained(message, buffers[0]);
    else if (message.kind === "no clip" || message.kind === "refused") failed(message.words);
  }
  function failed(words) {
    job.done = true;
    clearTimeout(timer);
    tell({ phase: "failed", words });
  }
  function began(message, buffers) {
    if (job.about) return;
    job.about = message;
    job.times = new Float64Array(copy(buffers[0]));
    job.boxes = new Float32Array(copy(buffers[1]));
    tell({ phase: "loading", got: 0, of: message.bytes });
    next();
  }
  function gained(message, buffer) {
    if (message.from !== job.got || !buffer?.byteLength) return; // asked for twice, and answered twice
    job.parts.push(copy(buffer));
    job.got += buffer.byteLength;
    tell({ phase: "loading", got: job.got, of: job.about.bytes });
    if (job.got < job.about.bytes) return next();
    const url = URL.createObjectURL(new Blob(job.parts, { type: "video/mp4" }));
    urls.push(url);
    const clip = { url, about: job.about, times: job.times, boxes: job.boxes };
    kept.set(job.name, clip);
    finish(clip);
  }
  /** Asks for pictures of a clip that cannot be played here; `then(frames, urls)` gets them. */
  function stills(clip, then) {
    const key = fresh();
    const hear = (message, buffers) => {
      if (message.key !== key) return;
      model.off("msg:custom", hear);
      if (message.kind !== "stills") return then([], [], message.words);
      const pictures = buffers.map((buffer) => URL.createObjectURL(new Blob([copy(buffer)], { type: "image/jpeg" })));
      urls.push(...pictures);
      then(message.frames, pictures, "");
    };
    model.on("msg:custom", hear);
    send({ kind: "stills", clip: clip.about.clip, key });
  }
  model.on("msg:custom", heard);
  return {
    open,
    stills,
    stop() {
      clearTimeout(timer);
      model.off("msg:custom", heard);
      urls.forEach((url) => URL.revokeObjectURL(url));
    },
  };
}

/** The bytes of a view or buffer as a buffer of their own. */
function copy(buffer) {
  const view = ArrayBuffer.isView(buffer) ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength) : new Uint8Array(buffer);
  return view.slice().buffer;
}

/** The frame that is on the screen at `t` seconds of the clip; `times` are those of all frames, ascending. */
export function frameAt(times, t) {
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (times[middle] - times[0] <= t + 1e-3) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Where to seek so that just this frame is shown: its middle, in seconds of the clip. */
export function middleOf(times, frame) {
  const last = times.length - 1;
  const step = last > 0 ? (times[last] - times[0]) / last : 0.04;
  const end = frame < last ? times[frame + 1] : times[last] + step;
  return (times[frame] + end) / 2 - times[0];
}

/** Whether this browser says that it plays H.264. */
export function playsClips() {
  const probe = document.createElementNS("http://www.w3.org/1999/xhtml", "video");
  return probe.canPlayType('video/mp4; codecs="avc1.640028"') !== "";
}
