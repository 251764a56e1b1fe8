/** One frame of the comparison: dragged, turned with the wheel, moved by keys; with a tool in hand its clicks set points. */
import { h, setText } from "./dom.js";

const STEP = 0.05; // of the frame, an arrow key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * A frame; `does` has `move(x, y)` and `zoom(factor, at)` in shares of the frame, `point(at)` for a click while `armed()`,
 * `cross(x, y, fine)` to move the cross by keys and `set()` to set a point where it is.
 */
export function frame(does) {
  const canvas = h("canvas", { "aria-hidden": "true" });
  const el = h("div", { class: "sl-cb-frame", tabindex: "0", role: "group", onkeydown: keys, onpointerdown: grab, onpointermove: hover }, canvas);
  el.addEventListener("wheel", wheel, { passive: false });

  function at(event) {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }
  function wheel(event) {
    if (!event.ctrlKey && !el.contains(document.activeElement)) return; // the page scrolls until the frame was chosen
    event.preventDefault();
    does.zoom(1.0015 ** -event.deltaY, at(event));
  }
  function keys(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" && does.armed()) does.set();
    else if (ARROWS[event.key]) arrow(ARROWS[event.key], event.shiftKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  function arrow([x, y], large) {
    if (does.armed()) does.cross(x, y, large);
    else does.move(-x * STEP * (large ? 4 : 1), -y * STEP * (large ? 4 : 1));
  }
  function hover(event) {
    if (does.armed() && event.pointerType === "mouse" && !event.buttons) does.hovered(at(event));
  }
  function grab(event) {
    if (event.button) return;
    el.focus({ preventScroll: true });
    const from = [event.clientX, event.clientY];
    let [last, far] = [from, false];
    const drag = (now) => {
      far ||= Math.hypot(now.clientX - from[0], now.clientY - from[1]) > 4;
      if (far) does.move((now.clientX - last[0]) / canvas.clientWidth, (now.clientY - last[1]) / canvas.clientHeight);
      last = [now.clientX, now.clientY];
    };
    const drop = (now) => {
      el.removeEventListener("pointermove", drag);
      if (now.type === "pointerup" && !far && does.armed()) does.point(at(now));
    };
    el.setPointerCapture(event.pointerId);
    el.addEventListener("pointermove", drag);
    el.addEventListener("pointerup", drop, { once: true });
    el.addEventListener("pointercancel", drop, { once: true });
  }
  /** Fits the canvas to its box; its context, its size in device pixels and how many of them are one of CSS. */
  function fit() {
    const ratio = window.devicePixelRatio || 1;
    const size = Math.max(1, Math.round(canvas.clientWidth * ratio));
    if (canvas.width !== size) canvas.width = canvas.height = size;
    return { pen: canvas.getContext("2d"), size, ratio };
  }
  return { el, canvas, fit, say: (words) => el.getAttribute("aria-label") !== words && el.setAttribute("aria-label", words), visible: () => el.clientWidth > 0 };
}

/** The caption above a frame with its strip of pictures to choose from; `choose(place)`. */
export function chooser(noun, choose) {
  const caption = h("figcaption", {});
  const strip = h("div", { class: "sl-cb-strip" });
  let count = 0;
  function show(pictures) {
    count = pictures.length;
    const button = ({ url, name }, k) => h("button", { type: "button", class: "sl-cb-thumb", "aria-label": name, onclick: () => choose(k) }, h("img", { src: url, alt: "" }));
    strip.replaceChildren(...(count > 1 ? pictures.map(button) : []));
  }
  function paint(place, picture) {
    const which = count > 1 ? `${noun} ${place + 1} of ${count}` : noun;
    setText(caption, `${which} · ${picture.image.naturalWidth} × ${picture.image.naturalHeight} px kept`);
    [...strip.children].forEach((each, k) => each.setAttribute("aria-pressed", String(k === place)));
  }
  return { caption, strip, show, paint };
}
