/** The queue at the side: what is left for this reviewer, and what she has judged. Nothing in it tells what others think. */
import { h, setText } from "./dom.js";
import { inView } from "./in_view.js";
import { VERDICTS } from "./review_form.js";

const AT_ONCE = 24; // small pictures in one question, as Python answers them

/**
 * The list; `open(token)` is called when one is chosen, `wanted(tokens)` for small pictures that are not here yet. They are
 * asked for when their place is seen, and not before: the log says whose faces this person was shown.
 */
export function queuePanel({ open, wanted }) {
  const count = h("p", { class: "sl-ar-count" });
  const todo = h("ul", {});
  const done = h("ul", {});
  const doneTitle = h("p", { class: "sl-ar-count" });
  const gone = h("p", { class: "sl-ar-count" });
  const el = h("nav", { class: "sl-ar-queue", "aria-label": "Queue" }, count, gone, todo, doneTitle, done);
  const buttons = new Map();
  const faces = new Map();
  const tokens = new Map(); // by the item that shows it
  const view = inView((items) => ((seen = [...items].map((item) => tokens.get(item))), ask()));
  let asked = new Set();
  let seen = [];

  function button(token) {
    if (!buttons.has(token)) {
      const image = h("img", { alt: "" });
      const words = h("span", {});
      const node = h("button", { type: "button", onclick: () => open(token) }, h("span", { class: "sl-ar-face" }, image), words);
      const item = h("li", {}, node);
      buttons.set(token, { node, image, words, item });
      tokens.set(item, token);
      view.watch(item);
    }
    return buttons.get(token);
  }
  function paint(queue, current, unsaved) {
    setText(count, queue.todo.length ? `${queue.todo.length} to judge` : "nothing left to judge");
    setText(gone, queue.gone);
    setText(doneTitle, queue.done.length ? `${queue.done.length} judged by you` : "");
    fill(todo, queue.todo.map((token, k) => line(token, `pair ${k + 1}`, unsaved.includes(token) ? "NOT SAVED" : "", current)));
    fill(done, queue.done.map((each) => line(each.token, sign(each.verdict), unsaved.includes(each.token) ? "NOT SAVED" : each.settled ? "settled" : "open", current)));
    const order = [...queue.todo, ...queue.done.map((each) => each.token)];
    const stop = order.includes(current) ? current : order[0];
    buttons.forEach(({ node }, token) => (node.tabIndex = token === stop ? 0 : -1)); // one stop of the Tab key; arrows move on
    ask();
  }
  /** For the pictures of what is seen, those that are not here yet. */
  function ask() {
    const lacking = seen.filter((token) => !faces.has(token) && !asked.has(token)).slice(0, AT_ONCE);
    if (!lacking.length) return;
    asked = new Set([...asked, ...lacking]);
    wanted(lacking);
  }
  function line(token, title, note, current) {
    const { node, words, item } = button(token);
    setText(words, note ? `${title} · ${note}` : title);
    node.toggleAttribute("data-unsaved", note === "NOT SAVED");
    if (token === current) node.setAttribute("aria-current", "true");
    else node.removeAttribute("aria-current");
    return item;
  }
  /** Puts the items in, moving none that is in its place: the focus stays where it is. */
  function fill(list, items) {
    items.forEach((item, k) => list.children[k] !== item && list.insertBefore(item, list.children[k] ?? null));
    while (list.children.length > items.length) list.lastChild.remove();
  }
  function face(token, url) {
    faces.set(token, url);
    button(token).image.src = url;
  }
  /** Shows an item within the queue, with the focus if the queue has it; the page stays where its reader is. */
  function seek(token) {
    const node = buttons.get(token)?.node;
    if (!node) return;
    if (el.contains(document.activeElement)) node.focus({ preventScroll: true });
    const [here, there] = [el.getBoundingClientRect(), node.getBoundingClientRect()];
    el.scrollTop += Math.min(0, there.top - here.top) + Math.max(0, there.bottom - here.bottom);
    el.scrollLeft += Math.min(0, there.left - here.left) + Math.max(0, there.right - here.right);
  }
  return { el, paint, face, seek, forget: () => (asked = new Set(faces.keys())), stop: view.stop };
}

function sign(verdict) {
  const found = VERDICTS.find((each) => each.name === verdict);
  return found ? `${found.sign} ${found.words}` : verdict;
}
