/** Who learns: sixteen letters that this browser made up and keeps. A name is given by hand, or not at all. */

const PLACE = "second-look.learner";

/** The letters of this browser; where it may keep nothing, those of this page. */
export function learner() {
  const made = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    const kept = localStorage.getItem(PLACE);
    if (/^[0-9a-f]{16}$/.test(kept ?? "")) return kept;
    localStorage.setItem(PLACE, made);
    return made;
  } catch {
    return (globalThis[Symbol.for(PLACE)] ??= made);
  }
}

/** The widget's model, saying with every message who learns. */
export function asLearner(model) {
  const who = learner();
  return {
    send: (message) => model.send({ ...message, learner: who }),
    on: (...heard) => model.on(...heard),
    off: (...heard) => model.off(...heard),
  };
}
