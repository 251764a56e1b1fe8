/** The versions of the list: how each came about, what changed between two of them, and who answers for one. */
import { freshId, h, setHidden, setText } from "./dom.js";
import { replace } from "./editor_person.js";

const SIGNS = { approved: "✓ ", rejected: "✗ ", "": "" };

/** The history; `open(version)`, `diff(old, new)` and `decide(version, approved, reason)` ask for what they say. */
export function versionsPanel({ open, diff, decide }) {
  const list = h("ol", { class: "sl-we-versions" });
  const changes = h("div", { class: "sl-we-diff", role: "status", "aria-live": "polite" });
  const id = freshId("approve");
  const reason = h("textarea", { id, rows: "2", maxlength: "2000", autocomplete: "off", oninput: () => paint() });
  const [yes, no] = [true, false].map((approved) => h("button", { type: "button", class: approved ? "sl-primary" : null, onclick: () => ready() && decide(shown.version, approved, reason.value) }, approved ? "Approve" : "Reject"));
  const asks = h("p", { class: "sl-we-say" });
  const lacks = h("span", { class: "sl-we-soft" });
  const deciding = h("section", { class: "sl-we-decide", "aria-label": "Approve or reject" }, asks, h("label", { for: id }, "Reason"), reason, h("div", { class: "sl-we-save" }, yes, no, lacks));
  const el = h("div", {}, deciding, h("h4", {}, "Versions"), list, changes);
  let shown = { version: 0, versions: [], busy: false, unsaved: 0 };

  function ready() {
    return Boolean(reason.value.trim()) && !shown.busy && !shown.unsaved;
  }
  function show(told, busy, unsaved) {
    shown = { ...told, busy, unsaved };
    const lines = told.versions.map((each, k) => line(each, told.versions[k + 1], told.version));
    replace(list, JSON.stringify([told.version, told.versions]), lines);
    paint();
  }
  function paint() {
    const settle = shown.findings?.filter((each) => each.settle).length ?? 0;
    setText(asks, `Version ${shown.version}: ${settle ? `${settle} to settle before use; approving it in spite of them puts them on record.` : "nothing to settle."}`);
    setText(lacks, shown.unsaved ? "save or take back your changes first: a version is approved, not a page" : reason.value.trim() ? "" : "still needed: a reason");
    [yes, no].forEach((button) => button.setAttribute("aria-disabled", String(!ready())));
  }
  function line(each, before, current) {
    const show = h("button", { type: "button", class: "sl-we-small", onclick: () => open(each.version) }, `Open version ${each.version}`);
    const compare = before ? h("button", { type: "button", class: "sl-we-small", onclick: () => diff(before.version, each.version) }, `What changed since ${before.version}`) : null;
    return h("li", { "aria-current": each.version === current ? "true" : null }, h("b", {}, `Version ${each.version}`), ` · ${each.made} · ${each.how} · ${each.counts}`, h("br", {}), h("span", { class: each.stands ? `sl-we-${each.stands}` : "sl-we-soft" }, `${SIGNS[each.stands]}${each.approval}`), h("div", { class: "sl-we-line" }, each.version === current ? null : show, compare));
  }
  function showDiff(told) {
    const rows = told.rows.map(([subject, text]) => h("li", {}, h("b", {}, subject), ` · ${text}`));
    changes.replaceChildren(h("h4", {}, `From version ${told.old} to ${told.new}: ${rows.length} ${rows.length === 1 ? "change" : "changes"}`), ...(told.note ? [h("p", {}, told.note)] : []), h("ul", {}, ...rows));
    setHidden(changes, false);
  }
  return { el, show, showDiff, done: () => ((reason.value = ""), paint()), asks };
}
