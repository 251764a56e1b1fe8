/** Light or dark, from what is really behind the widget; and the colours of the canvases, read once a change. */

const NAMES = ["ink", "soft", "line", "panel", "ground", "accent", "stranger", "listed", "unknown", "wrong", "pin"];

/** Sets `data-theme` on the root: paper is light, and high contrast is the system's; else JupyterLab's own background decides, else the system's setting. */
export function followTheme(root) {
  if (window.matchMedia("print").matches) return void (root.dataset.theme = "light");
  if (window.matchMedia("(forced-colors: active)").matches) return void (root.dataset.theme = systemTheme());
  const jupyter = getComputedStyle(root).getPropertyValue("--jp-layout-color1").trim();
  root.dataset.theme = jupyter ? (luminance(jupyter) < 0.4 ? "dark" : "light") : systemTheme();
}

function systemTheme() {
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Brightness of any CSS colour, 0..1. */
function luminance(colour) {
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/** The colours and the font of the root, for drawing. */
export function paletteOf(root) {
  const style = getComputedStyle(root);
  const colours = Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--sl-${name}`).trim()]));
  return { ...colours, font: `12px ${style.fontFamily}` };
}

/** Calls `changed` when JupyterLab or the system switches between light and dark, or the page is printed; returns how to stop it. */
export function watchTheme(changed) {
  const media = ["(prefers-color-scheme: dark)", "(forced-colors: active)", "print"].map((query) => window.matchMedia(query));
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-jp-theme-name", "class"] });
  media.forEach((each) => each.addEventListener("change", changed));
  return () => {
    observer.disconnect();
    media.forEach((each) => each.removeEventListener("change", changed));
  };
}

/**
 * Follows the theme from when the widget is laid out (Voila renders it detached), and calls `laid` then and at every new size
 * or theme; returns how to stop it.
 */
export function followLayout(el, root, laid = () => {}) {
  const layout = () => {
    if (!el.isConnected || !root.clientWidth) return;
    followTheme(root);
    laid();
  };
  const sizes = new ResizeObserver(layout);
  sizes.observe(root);
  const unwatch = watchTheme(layout);
  return () => {
    unwatch();
    sizes.disconnect();
  };
}
