/** The cameras: the newest picture of each, and how it is doing in words; a picture that is old says so over itself. */
import { h, setHidden, setText } from "./dom.js";

const OLD = 3000; // ms after which a picture is not live any more
const DARK = 40; // mean brightness, of 255
const BRIGHT = 215;
const BLURRED = 0.03; // sharpness of the picture's middle

export function cameraWall(names, { seen, learn }) {
  const cameras = new Map(names.map((name) => [name, cameraPanel(name, { seen, learn })]));
  const el = h("div", { class: "sl-lb-wall", "data-many": String(names.length > 1) }, ...[...cameras.values()].map((each) => each.el));
  return {
    el,
    picture: (name, buffer) => cameras.get(name)?.picture(buffer),
    health: (all, over) => all.forEach((each) => cameras.get(each.name)?.health(each, over)),
    tick: () => cameras.forEach((each) => each.tick()),
    close: () => cameras.forEach((each) => each.close()),
  };
}

function cameraPanel(name, { seen, learn }) {
  const image = h("img", { alt: `${name}: live picture; of all faces only those under alert are shown`, draggable: "false", hidden: true });
  const cover = h("p", { class: "sl-lb-over" }, "waiting for a picture");
  const words = h("p", { class: "sl-lb-health" });
  const moved = h("button", { type: "button", class: "sl-ar-small", hidden: true, onclick: () => learn(name) }, "Camera moved: I have checked the zone");
  const el = h("figure", { class: "sl-lb-camera" }, h("figcaption", {}, name), h("div", { class: "sl-lb-frame" }, image, cover), words, moved);
  let url = null;
  let at = 0;

  function picture(buffer) {
    const before = url;
    url = URL.createObjectURL(new Blob([buffer], { type: "image/jpeg" }));
    image.onload = () => {
      if (before) URL.revokeObjectURL(before);
      at = Date.now();
      seen(name);
      tick();
    };
    image.src = url;
    setHidden(image, false);
  }
  /** `over`: why the whole deployment has ended, "" while it goes on. */
  function health(now, over) {
    el.dataset.connected = String(now.connected);
    setText(words, sentence(now));
    setHidden(moved, !now.moved);
    el.dataset.trouble = String(Boolean(now.gap || now.moved));
    cover.slGap = over ? `the deployment has ended: ${over}` : now.gap ? `NO PICTURE: ${now.gap}` : now.ended ? "the source has ended" : "";
  }
  function tick() {
    const old = Date.now() - at;
    const text = cover.slGap || (at && old > OLD ? `NOT LIVE: picture of ${Math.round(old / 1000)} s ago` : at ? "" : "waiting for a picture");
    setText(cover, text);
    setHidden(cover, !text);
  }
  return { el, picture, health, tick, close: () => url && URL.revokeObjectURL(url) };
}

/** "12.5 fps · 3 dropped · 48 ms late · light good · sharp". */
function sentence(now) {
  const parts = [
    now.fps === null ? "no frame rate yet" : `${now.fps.toFixed(1)} fps`,
    `${now.dropped} of ${now.frames} dropped`,
    now.late === null ? "" : `${Math.round(now.late)} ms late (p95 ${Math.round(now.late_p95)})`,
    now.light === null ? "" : now.light < DARK ? "⚠ too dark" : now.light > BRIGHT ? "⚠ too bright" : "light good",
    now.sharpness === null ? "" : now.sharpness < BLURRED ? "⚠ blurred" : "sharp",
    now.corrupt ? `${now.corrupt} damaged` : "",
    now.gaps ? `${now.gaps} ${now.gaps === 1 ? "gap" : "gaps"}` : "",
    now.moved ? "⚠ camera moved: the zone may be wrong" : "",
  ];
  return parts.filter(Boolean).join(" · ");
}
