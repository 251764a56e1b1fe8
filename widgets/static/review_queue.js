/** The queue at the side: what is left for this reviewer, and what she has judged. Nothing in it tells what others think. */
import { h, setText } from "./dom.js";
import { VERDICTS } from "./review_form.js";

/** The list; `open(token)` is called when one is chosen, `wanted(tokens)` for small pictures that are not here yet. */
export function queuePanel({ open, wanted }) {
  const count = h("p", { class: "sl-ar-count" });
  const todo = h("ul", {});
  const done = h("ul", {});
  const doneTitle = h("p", { class: "sl-ar-count" });
  const el = h("nav", { class: "sl-ar-queue", "aria-label": "Queue" }, count, todo, doneTitle, done);
  const buttons = new Map();
  const faces = new Map();
  let asked = new Set();

  function button(token) {
    if (!buttons.has(token)) {
      const image = h("img", { alt: "" });
      const words = h("span", {});
      const node = h("button", { type: "button", onclick: () => open(token) }, h("span", { class: "sl-ar-face" }, image), words);
      buttons.set(token, { node, image, words, item: h("li", {}, node) });
    }
    return buttons.get(token);
  }
  function paint(queue, current, unsaved) {
    setText(count, queue.todo.length ? `${queue.todo.length} to judge` : "nothing left to judge");
    setText(doneTitle, queue.done.length ? `${queue.done.length} judged by you` : "");
    fill(todo, queue.todo.map((token, k) => line(token, `pair ${k + 1}`, unsaved.includes(token) ? "NOT SAVED" : "", current)));
    fill(done, queue.done.map((each) => line(each.token, sign(each.verdict), unsaved.includes(each.token) ? "NOT SAVED" : each.settled ? "settled" : "open", current)));
    const lacking = [...queue.todo, ...queue.done.map((each) => each.token)].filter((token) => !faces.has(token) && !asked.has(token)).slice(0, 24);
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
  /** Shows an item within the queue; the page stays where its reader is. */
  function seek(token) {
    const node = buttons.get(token)?.node;
    if (!node) return;
    const [here, there] = [el.getBoundingClientRect(), node.getBoundingClientRect()];
    el.scrollTop += Math.min(0, there.top - here.top) + Math.max(0, there.bottom - here.bottom);
    el.scrollLeft += Math.min(0, there.left - here.left) + Math.max(0, there.right - here.right);
  }
  return { el, paint, face, seek, forget: () => (asked = new Set(faces.keys())) };
}

function sign(verdict) {
  const found = VERDICTS.find((each) => each.name === verdict);
  return found ? `${found.sign} ${found.words}` : verdict;
}
