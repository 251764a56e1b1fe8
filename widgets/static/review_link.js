/**
 * The line to Python. What is to be written waits here until Python has said that it is on disk; until then it is sent again
 * and again under the same key, under which Python writes it once. What waits outlives the widget: after a restart of the
 * kernel the same person's next widget on this page sends it.
 */

const TIMES = { look: 2000, patience: 4000, again: 5000 }; // ms: ask for news; wait for an answer; send once more

/** What nobody has confirmed, by the work they belong to (`home`); shared by all widgets of a page. */
function waitingRoom(home) {
  const rooms = (globalThis[Symbol.for("second-look.unsaved")] ??= new Map());
  if (!rooms.has(home)) rooms.set(home, []);
  return rooms.get(home);
}

/** What Python refused, in words for the page; only what was to be written, and so has a key, is not saved. */
export function refusal({ key, words }) {
  return key ? `NOT SAVED: ${words}` : words;
}

/** A name that no other message has, also where the page is not in a secure context. */
export function freshKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Sends to Python and listens: `heard(message, buffers, sent)` for every answer (`sent` is what waited for it), `changed(state)` when what is unsaved changes.
 * `start` begins to ask for news, which come with a `mark`; `stop` ends everything but the wait of what is unsaved.
 * A message that waits has a `kind`, and goes when Python says "saved", or "refused" `of` that kind, under its key.
 */
export function reviewLink(model, home, { heard, changed }, times = TIMES) {
  const room = waitingRoom(home);
  let mark = null;
  let asked = 0; // when news were asked for and did not come yet
  let shut = false; // the connection is gone: sending itself fails
  let timer = 0;
  let before = "";

  function send(message, buffers = []) {
    try {
      model.send(message, undefined, buffers);
      shut = false;
    } catch {
      shut = true;
    }
  }
  function deliver() {
    const now = Date.now();
    for (const waiting of room) {
      if (now - waiting.sent < times.again) continue;
      waiting.sent = now;
      send(waiting.message);
    }
  }
  function state() {
    const now = Date.now();
    const silent = shut || (asked > 0 && now - asked > times.patience);
    const late = room.some((waiting) => now - waiting.since > times.patience);
    return { unsaved: room.length, tokens: room.map((waiting) => waiting.message.token), silent, late };
  }
  function tell() {
    const now = state();
    const text = JSON.stringify(now);
    if (text === before) return;
    before = text;
    changed(now);
  }
  function look() {
    if (globalThis.document?.hidden && !room.length) return;
    if (!asked || Date.now() - asked > times.again) {
      asked ||= Date.now();
      send({ kind: "look", mark });
    }
  }
  function tick() {
    look();
    deliver();
    tell();
    timer = setTimeout(tick, times.look);
  }
  function answered(message, buffers) {
    const news = ["queue", "news"].includes(message.kind);
    if (news) mark = message.mark;
    if (news || (message.kind === "refused" && message.of === "look")) asked = 0; // a refusal is an answer
    const place = room.findIndex((waiting) => waiting.message.key === message.key);
    const mine = place >= 0 && (message.kind === "saved" || (message.kind === "refused" && message.of === room[place].message.kind));
    const [gone] = mine ? room.splice(place, 1) : [];
    shut = false;
    heard(message, buffers ?? [], gone?.message);
    tell();
  }
  function write(message) {
    const full = { key: freshKey(), ...message };
    room.push({ message: full, since: Date.now(), sent: 0 });
    deliver();
    tell();
    return full.key;
  }
  function decide(message) {
    return write({ kind: "decide", ...message });
  }
  /** Sends everything that waits at once. */
  function again() {
    room.forEach((waiting) => (waiting.sent = 0));
    asked = 0;
    clearTimeout(timer);
    tick();
  }
  function leaving(event) {
    if (room.length) event.preventDefault(); // the browser asks whether to leave: something is not saved
  }

  model.on("msg:custom", answered);
  globalThis.addEventListener?.("beforeunload", leaving);
  return {
    send,
    decide,
    write,
    again,
    state,
    start: tick,
    news: () => ((asked = 0), look()),
    mark: () => mark,
    marked: (now) => (mark = now),
    stop() {
      clearTimeout(timer);
      model.off("msg:custom", answered);
      globalThis.removeEventListener?.("beforeunload", leaving);
    },
  };
}
