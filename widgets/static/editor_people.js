/** Everybody on the list, to be found and chosen: by name, or only those of whom something was found or changed. */
import { h, setHidden, setText } from "./dom.js";
import { plural } from "./words.js";

const MOST = 150; // lines at once; a longer list is narrowed by its search

/** The list; `choose(subject)`, `wanted(subjects)` for small pictures that are not here yet, `add(name)` for a new person. */
export function peoplePanel({ choose, wanted, add }) {
  const filter = h("input", { type: "search", "aria-label": "find somebody on the list", placeholder: "Find a name", autocomplete: "off", oninput: () => paint() });
  const some = h("input", { type: "checkbox", onchange: () => paint() });
  const count = h("p", { class: "sl-we-soft", role: "status", "aria-live": "polite" });
  const list = h("ul", { class: "sl-we-people" });
  const name = h("input", { type: "text", "aria-label": "name of a new person", placeholder: "Name of a new person", maxlength: "200", autocomplete: "off" });
  const adding = h("form", { class: "sl-we-add", onsubmit: added }, name, h("button", { type: "submit", class: "sl-we-small" }, "Add"));
  const el = h("nav", { class: "sl-we-side", "aria-label": "People on the list" }, filter, h("label", { class: "sl-we-check" }, some, "only with findings or changes"), count, list, adding);
  const [rows, faces, asked] = [new Map(), new Map(), new Set()];
  let shown = { people: [], current: "" };
  list.addEventListener("keydown", keys);

  function added(event) {
    event.preventDefault();
    const subject = name.value.normalize("NFC").trim();
    if (!subject) return name.focus();
    name.value = "";
    add(subject);
  }
  function keys(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    const buttons = [...list.querySelectorAll("button")];
    const next = buttons[buttons.indexOf(document.activeElement) + by];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    next.focus();
    next.click();
  }
  function row(subject) {
    if (!rows.has(subject)) {
      const image = h("img", { alt: "" });
      const [title, note] = [h("b", {}), h("small", {})];
      const button = h("button", { type: "button", onclick: () => choose(subject) }, h("span", { class: "sl-we-face" }, image), h("span", {}, title, note));
      rows.set(subject, { image, title, note, button, item: h("li", {}, button) });
    }
    return rows.get(subject);
  }
  /** `people` are `{ subject, settle, weigh, changed }`. */
  function show(people, current) {
    shown = { people, current };
    paint();
  }
  function paint() {
    const word = filter.value.trim().toLocaleLowerCase();
    const fits = shown.people.filter((each) => (!word || each.subject.toLocaleLowerCase().includes(word)) && (!some.checked || each.settle + each.weigh > 0 || each.changed));
    const seen = fits.slice(0, MOST);
    const [few, fit] = [seen, fits].map((each) => each.length.toLocaleString("en"));
    setText(count, fits.length > seen.length ? `${few} of ${fit} shown: narrow the search` : `${fit} of ${plural(shown.people.length, "person", "people")}`);
    const stop = seen.find((each) => each.subject === shown.current) ?? seen[0];
    fill(seen.map((each) => line(each, each === stop)));
    setHidden(list, !seen.length);
    const lacking = seen.map((each) => each.subject).filter((subject) => !faces.has(subject) && !asked.has(subject)).slice(0, 24);
    lacking.forEach((subject) => asked.add(subject));
    if (lacking.length) wanted(lacking);
  }
  /** `stop`: whether Tab comes to it; from there arrows move on. */
  function line({ subject, settle, weigh, changed }, stop) {
    const { image, title, note, button, item } = row(subject);
    setText(title, subject);
    setText(note, [changed, settle ? `⚠ ${settle} to settle` : "", weigh ? `${weigh} to weigh` : ""].filter(Boolean).join(" · "));
    button.toggleAttribute("data-settle", settle > 0);
    if (subject === shown.current) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    button.tabIndex = stop ? 0 : -1;
    if (faces.get(subject)) image.src = faces.get(subject);
    return item;
  }
  function fill(items) {
    items.forEach((item, k) => list.children[k] !== item && list.insertBefore(item, list.children[k] ?? null));
    while (list.children.length > items.length) list.lastChild.remove();
  }
  function face(subject, url) {
    faces.set(subject, url);
    if (url) row(subject).image.src = url;
  }
  /** The pictures of another version are asked for anew; `more` asks for the next ones. */
  return { el, show, face, more: paint, forget: () => (faces.clear(), asked.clear()) };
}
