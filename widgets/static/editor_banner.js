/** What stands above the list: what is not saved yet and why, and that somebody made a newer version meanwhile. */
import { h } from "./dom.js";
import { unsavedBanner, unsavedWords } from "./unsaved_banner.js";

/** `again()` sends what waits once more, `newest()` opens the newest version and puts the changes on it. */
export function editorBanner({ again, newest }) {
  const banner = unsavedBanner("sl-we", again);

  function paint({ told, latest, how, edits, link, refused, stale }) {
    const older = told && told.version !== latest && !link.unsaved;
    const open = () => h("button", { type: "button", onclick: newest }, edits.size ? `Put my changes on version ${latest}` : `Open version ${latest}`);
    banner.paint(bannerWords({ told, latest, how, link, refused, stale }), link, refused, older ? [open()] : []);
  }
  return { el: banner.el, beside: banner.beside, paint, stop: banner.stop };
}

function bannerWords({ told, latest, how, link, refused, stale }) {
  const waiting = unsavedWords(link, "change", "changes");
  if (waiting) return waiting;
  if (refused) return `⚠ ${refused}${stale ? ". Nothing that you changed on this page is lost." : ""}`;
  if (link.silent) return "Python does not answer: it is busy, stopped or restarting. What you change now is not saved until it does.";
  return told && told.version !== latest ? `You see version ${told.version}. Meanwhile ${how}.` : "";
}
