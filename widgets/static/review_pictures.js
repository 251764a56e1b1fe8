/** Probe and reference side by side: both zoom and move as one, each leafs through its own pictures. */
import { h, setHidden, setText } from "./dom.js";

const ZOOMS = [1, 1.5, 2, 3, 4];

/** The two pictures, with the button `closer` among their tools; `show(faces, references)` takes addresses of pictures and what is written under them. */
export function picturesPanel(closer) {
  const view = { zoom: 0, x: 0, y: 0 };
  const sides = [sidePanel("Footage, face", moved), sidePanel("Reference", moved)];
  const size = h("span", { class: "sl-ar-zoom" }, "1×");
  const buttons = [zoomButton("−", "smaller", -1), size, zoomButton("+", "larger", 1)];
  const tools = h("div", { class: "sl-ar-tools" }, h("span", { class: "sl-ar-soft" }, "both pictures ", h("kbd", {}, "z")), ...buttons, closer);
  const el = h("div", { class: "sl-ar-pictures" }, ...sides.map((side) => side.el), tools);

  function zoomButton(sign, name, by) {
    return h("button", { type: "button", class: "sl-ar-small", "aria-label": `${name}, both pictures`, onclick: () => zoom(by) }, sign);
  }
  function zoom(by) {
    view.zoom = (view.zoom + by + ZOOMS.length) % ZOOMS.length;
    moved(0, 0);
  }
  /** Moves both by a share of a picture's width; never further than the picture reaches. */
  function moved(x, y) {
    const scale = ZOOMS[view.zoom];
    const most = (scale - 1) / 2;
    view.x = Math.max(-most, Math.min(most, view.x + x));
    view.y = Math.max(-most, Math.min(most, view.y + y));
    setText(size, `${scale}×`);
    sides.forEach((side) => side.place(`translate(${100 * view.x}%, ${100 * view.y}%) scale(${scale})`, scale > 1));
  }
  function show(faces, references) {
    Object.assign(view, { zoom: 0, x: 0, y: 0 });
    sides[0].show(faces);
    sides[1].show(references);
    moved(0, 0);
  }
  return { el, show, zoom, step: (side, by) => sides[side].step(by) };
}

function sidePanel(noun, moved) {
  const image = h("img", { alt: "", draggable: "false" });
  const nothing = h("span", { class: "sl-ar-none" }, "no picture is kept any more");
  const frame = h("div", { class: "sl-ar-frame", tabindex: "0", role: "group", onkeydown: keys, onpointerdown: grab }, image, nothing);
  const caption = h("figcaption", {});
  const strip = h("div", { class: "sl-ar-strip" });
  const el = h("figure", {}, caption, frame, strip);
  let pictures = [];
  let at = 0;
  let large = false;

  function show(next) {
    pictures = next;
    at = 0;
    strip.replaceChildren(...(next.length > 1 ? next.map(thumbnail) : []));
    paint();
  }
  function thumbnail({ url, words }, place) {
    return h("button", { type: "button", class: "sl-ar-thumb", "aria-label": words, onclick: () => go(place) }, h("img", { src: url, alt: "" }));
  }
  function go(place) {
    at = (place + pictures.length) % pictures.length;
    paint();
  }
  function paint() {
    const picture = pictures[at];
    setHidden(image, !picture);
    setHidden(nothing, Boolean(picture));
    if (picture) {
      image.src = picture.url;
      image.alt = picture.words;
    }
    const which = pictures.length > 1 ? `${noun} ${at + 1} of ${pictures.length}` : noun;
    setText(caption, `${which}${picture?.under ? ` · ${picture.under}` : ""}`);
    frame.setAttribute("aria-label", `${caption.textContent}; arrow keys move it when it is enlarged`);
    [...strip.children].forEach((button, place) => button.setAttribute("aria-pressed", String(place === at)));
  }
  function keys(event) {
    const way = { ArrowLeft: [0.1, 0], ArrowRight: [-0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
    if (!way || !large || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    moved(...way);
  }
  function grab(event) {
    if (!large) return;
    let [x, y] = [event.clientX, event.clientY];
    const drag = (now) => {
      moved((now.clientX - x) / frame.clientWidth, (now.clientY - y) / frame.clientHeight);
      [x, y] = [now.clientX, now.clientY];
    };
    const drop = () => frame.removeEventListener("pointermove", drag);
    frame.setPointerCapture(event.pointerId);
    frame.addEventListener("pointermove", drag);
    frame.addEventListener("pointerup", drop, { once: true });
    frame.addEventListener("pointercancel", drop, { once: true });
  }
  function place(transform, enlarged) {
    large = enlarged;
    image.style.transform = transform;
    frame.classList.toggle("sl-ar-large", enlarged);
  }
  return { el, show, place, step: (by) => pictures.length > 1 && go(at + by) };
}
