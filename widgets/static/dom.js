/** Elements without markup: text is always a text node, so a subject called <script> is a name and nothing else. */

/**
 * JupyterLab's shortcuts look at the focused element first and climb from there: `d d` deletes the cell unless the element
 * that has the focus says so itself. An ancestor that says it is reached too late.
 */
const FOCUSABLE = new Set(["button", "input", "summary", "textarea"]);

/** An element with attributes and children; `onclick` and its like are listeners, other attributes are set as text. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  if (FOCUSABLE.has(tag) || "tabindex" in attributes) node.setAttribute("data-lm-suppress-shortcuts", "true");
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Sets a node's text only if it changed: an unchanged tile costs the browser nothing. */
export function setText(node, text) {
  if (node.slText === text) return;
  node.slText = text;
  node.textContent = text;
}

/** Sets a sentence whose numbers are bold: `["about ", { b: "19" }, " of 24"]`. */
export function setSentence(node, pieces) {
  const key = JSON.stringify(pieces);
  if (node.slText === key) return;
  node.slText = key;
  node.replaceChildren(...pieces.map((piece) => (typeof piece === "string" ? piece : h("b", {}, piece.b))));
}

/** The words of a sentence without its bold. */
export function plain(pieces) {
  return pieces.map((piece) => (typeof piece === "string" ? piece : piece.b)).join("");
}

/** Shows or hides a node without touching it when nothing changed; the focus does not go with what is hidden. */
export function setHidden(node, hidden) {
  if (node.hidden === hidden) return;
  if (hidden) keepFocus(node);
  node.hidden = hidden;
}

/** Locks or unlocks a node; the focus does not stay in what is locked. */
export function setLocked(node, locked) {
  if (locked && !node.inert) keepFocus(node);
  node.inert = locked;
}

/** Puts other children in; the focus goes to the button in the place of the one that had it, or to what is around. */
export function refill(node, children) {
  const place = buttonsIn(node).indexOf(focused(node));
  keepFocus(node);
  node.replaceChildren(...children);
  const now = place < 0 ? [] : buttonsIn(node);
  now[Math.min(place, now.length - 1)]?.focus({ preventScroll: true });
}

function buttonsIn(node) {
  return [...node.querySelectorAll("button")];
}

/** What is around takes the focus that is within a node: it would fall to the page, where JupyterLab's keys delete cells. */
function keepFocus(node) {
  if (node.contains(focused(node))) node.parentElement?.closest("[tabindex]")?.focus({ preventScroll: true });
}

function focused(node) {
  return node.getRootNode().activeElement ?? null;
}

let labels = 0;

/** An id that no other widget on the page has. */
export function freshId(stem) {
  labels += 1;
  return `sl-${stem}-${labels}-${Math.random().toString(36).slice(2, 8)}`;
}

/** A canvas that says in words what it shows; it is drawn once there is room. */
export function picture(label) {
  return h("canvas", { role: "img", "aria-label": label });
}

/** Fits a canvas's pixels to its box; its context, scaled to CSS pixels. */
export function fitted(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  return { ...scaled(canvas, ratio), width, height, ratio };
}

/** A layer of a plot, drawn once and copied at each step. */
export function layerLike(box) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(box.width * box.ratio));
  canvas.height = Math.max(1, Math.round(box.height * box.ratio));
  return { ...box, ...scaled(canvas, box.ratio) };
}

function scaled(canvas, ratio) {
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { canvas, pen };
}
