/** The sound of an alert: off until somebody presses the button, because browsers let a page make no sound before. */
import { h, setText } from "./dom.js";

export function bell() {
  let player = null;
  const button = h("button", { type: "button", class: "sl-ar-small", "aria-pressed": "false", onclick: toggle }, "Sound is off");

  function toggle() {
    if (player) {
      player.close();
      player = null;
    } else {
      player = new AudioContext();
      ring();
    }
    button.setAttribute("aria-pressed", String(Boolean(player)));
    setText(button, player ? "🔔 Sound is on" : "Sound is off");
  }
  /** Two rising tones of a fifth of a second. */
  function ring() {
    button.dataset.rung = String(Number(button.dataset.rung ?? 0) + (player ? 1 : 0));
    if (!player) return;
    [660, 880].forEach((pitch, k) => {
      const [tone, volume] = [player.createOscillator(), player.createGain()];
      const start = player.currentTime + 0.22 * k;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.18, start);
      volume.gain.exponentialRampToValueAtTime(0.001, start + 0.2);
      tone.connect(volume).connect(player.destination);
      tone.start(start);
      tone.stop(start + 0.2);
    });
  }
  return { button, ring, close: () => player?.close() };
}
