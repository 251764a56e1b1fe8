/** The parts of the list as tabs, one of them open; the arrow keys go from one to the next. */
import { freshId, h, setHidden } from "./dom.js";

/** `contents` by name, in their order; `turned(name)` when a tab was chosen. `paint(name)` opens one. */
export function editorTabs(contents, turned) {
  const names = Object.keys(contents);
  const tabs = names.map((name) => h("button", { type: "button", role: "tab", id: freshId("tab"), onclick: () => turned(name), onkeydown: keys }, name));
  const panels = names.map((name, k) => h("div", { role: "tabpanel", "aria-labelledby": tabs[k].id }, contents[name]));
  const row = h("div", { class: "sl-we-tabs", role: "tablist", "aria-label": "Parts of the list" }, ...tabs);

  function keys(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const next = tabs[(tabs.indexOf(event.target) + by + tabs.length) % tabs.length];
    event.preventDefault();
    event.stopPropagation();
    next.click();
    next.focus();
  }
  function paint(open) {
    tabs.forEach((tab, k) => {
      tab.setAttribute("aria-selected", String(names[k] === open));
      tab.tabIndex = names[k] === open ? 0 : -1;
      setHidden(panels[k], names[k] !== open);
    });
  }
  return { els: [row, ...panels], paint };
}
