/** The lessons and how far one has come, as Python reads it from this learner's file. */
import { freshId, h, setText } from "./dom.js";
import { asLearner } from "./learner.js";
import { lessonBanner } from "./lesson_banner.js";
import { reviewLink } from "./review_link.js";
import { followLayout } from "./theme.js";

function render({ model, el }) {
  const about = model.get("about");
  const title = h("div", { class: "sl-ls-title", role: "heading", "aria-level": "2", id: freshId("progress") }, "How far you are");
  const rows = about.lessons.map(row);
  const total = h("p", { class: "sl-ls-score", role: "status", "aria-live": "polite" }, "Waiting for Python…");
  const banner = lessonBanner(() => link.again());
  const root = h("section", { class: "sl-ls sl-widget", "aria-labelledby": title.id }, h("header", {}, title, total), banner.el, h("ul", { class: "sl-ls-rows" }, ...rows.map((each) => each.el)));
  el.replaceChildren(root);
  const link = reviewLink(asLearner(model), about.home, { heard, changed: (now) => banner.paint(now, "") }, { look: 5000, patience: 6000, again: 6000 });

  function heard(message) {
    if (message.kind === "refused") return banner.paint(link.state(), message.words);
    if (!message.done) return;
    root.dataset.ready = "true";
    message.done.forEach((done, k) => rows[k].paint(done));
    const finished = message.done.filter((done) => done.answered === done.asked).length;
    setText(total, `${finished} of ${rows.length} lessons done`);
  }

  const unfollow = followLayout(el, root);
  link.start();
  return () => {
    link.stop();
    unfollow();
  };
}

function row({ title, minutes }) {
  const bar = h("span", { class: "sl-ls-bar", "aria-hidden": "true" }, h("i", {}));
  const words = h("span", { class: "sl-ls-soft" });
  const el = h("li", {}, h("b", {}, title), h("span", { class: "sl-ls-soft" }, `${minutes} minutes`), bar, words);
  function paint({ asked, answered, right }) {
    bar.firstChild.style.width = `${(100 * answered) / asked}%`;
    setText(words, answered === asked ? `✓ done: ${right} of ${asked} right` : answered ? `${answered} of ${asked} answered, ${right} right` : "not begun");
  }
  return { el, paint };
}

export default { render };
