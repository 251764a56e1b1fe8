/** What stands above the list: what is not saved yet and why, and that somebody made a newer version meanwhile. */
import { h, setHidden } from "./dom.js";

/** `again()` sends what waits once more, `newest()` opens the newest version and puts the changes on it. */
export function editorBanner({ again, newest }) {
  const el = h("div", { class: "sl-we-banner", role: "status", "aria-live": "polite", hidden: true });
  let shown = "";

  function paint({ told, latest, how, edits, link, refused, stale }) {
    const words = bannerWords({ told, latest, how, link, refused, stale });
    const older = told && told.version !== latest;
    el.dataset.kind = link.unsaved || refused ? "unsaved" : "quiet";
    setHidden(el, !words);
    const key = `${words} ${older} ${latest} ${edits.size > 0}`;
    if (shown === key) return;
    shown = key;
    const retry = h("button", { type: "button", onclick: again }, "Send again now");
    const open = h("button", { type: "button", onclick: newest }, edits.size ? `Put my changes on version ${latest}` : `Open version ${latest}`);
    el.replaceChildren(h("span", {}, words), ...(link.late || link.silent ? [retry] : []), ...(older && !link.unsaved ? [open] : []));
  }
  return { el, paint };
}

function bannerWords({ told, latest, how, link: { unsaved, late, silent }, refused, stale }) {
  const what = unsaved === 1 ? "1 change" : `${unsaved} changes`;
  if (unsaved && (late || silent)) return `⚠ NOT SAVED: ${what}. Python does not answer: it is busy, stopped or restarting. It is sent again by itself; if the kernel was restarted, run the cell again and leave this page open.`;
  if (unsaved) return `NOT SAVED yet: ${what}, waiting for Python to confirm.`;
  if (refused) return `⚠ ${refused}${stale ? ". Nothing that you changed on this page is lost." : ""}`;
  if (silent) return "Python does not answer: it is busy, stopped or restarting. What you change now is not saved until it does.";
  return told && told.version !== latest ? `You see version ${told.version}. Meanwhile ${how}.` : "";
}
