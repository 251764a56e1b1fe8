/** Exercise: questions with every answer explained. What is right is not in this page until Python has the answer on disk. */
import { freshId, h, setHidden, setText } from "./dom.js";
import { asLearner } from "./learner.js";
import { lessonBanner } from "./lesson_banner.js";
import { refusal, reviewLink } from "./review_link.js";
import { followLayout } from "./theme.js";

const TIMES = { look: 4000, patience: 5000, again: 5000 }; // ms

function render({ model, el }) {
  const about = model.get("about");
  const state = { answered: new Map(), name: "", refused: "", link: { unsaved: 0, tokens: [] } };
  const spoken = h("p", { class: "sl-spoken", role: "status", "aria-live": "polite" });
  const score = h("p", { class: "sl-ls-score" });
  const title = h("div", { class: "sl-ls-title", role: "heading", "aria-level": "2", id: freshId("exercise") }, about.title);
  const cards = about.questions.map((question, k) => card(question, k, about, answer));
  const end = endPanel(about, { again: () => tell({ what: "again" }), named: (name) => tell({ what: "name", name }) });
  const banner = lessonBanner(() => link.again());
  const root = h("section", { class: "sl-ls sl-widget", "aria-labelledby": title.id }, h("header", {}, title, score), banner.el, ...cards.map((each) => each.el), end.el, spoken);
  el.replaceChildren(root);
  const link = reviewLink(asLearner(model), about.home, { heard, changed }, TIMES);

  function answer(question, given) {
    if (waiting(question)) return;
    state.refused = "";
    link.decide({ question, given, token: question });
  }
  function tell(message) {
    state.refused = "";
    link.decide({ ...message, token: message.what });
  }
  function waiting(question) {
    return state.link.tokens.includes(question);
  }
  function heard(message) {
    if (message.kind === "refused") state.refused = refusal(message);
    if (!message.answered) return paint();
    const before = state.answered;
    state.answered = new Map(message.answered.map((each) => [each.question, each]));
    state.name = message.name;
    root.dataset.ready = "true";
    paint();
    if (message.kind === "saved") say(before);
  }
  /** Tells a screen reader what came of the answer. */
  function say(before) {
    const fresh = [...state.answered.values()].find((each) => !before.has(each.question));
    setText(spoken, fresh ? `${markOf(fresh.right)}. ${fresh.because}` : "saved");
  }
  function changed(now) {
    state.link = now;
    paint();
  }
  function paint() {
    cards.forEach((each) => each.paint(state.answered.get(each.id), waiting(each.id), Boolean(root.dataset.ready)));
    const answers = [...state.answered.values()];
    const right = answers.filter((each) => each.right).length;
    const left = cards.length - answers.length;
    root.dataset.answered = String(answers.length);
    const counted = about.scored ? `${right} of ${answers.length} right` : "not scored";
    setText(score, !root.dataset.ready ? "Waiting for Python…" : left ? `${answers.length} of ${cards.length} answered · ${answers.length ? counted : about.scored ? "scored" : "not scored"}` : counted);
    const restarted = left > 0 && end.el.contains(document.activeElement);
    end.paint(left === 0 && Boolean(root.dataset.ready), right, cards.length, state.name);
    if (restarted) cards[0].el.focus();
    banner.paint(state.link, state.refused);
  }

  const unfollow = followLayout(el, root);
  paint();
  link.start();
  return () => {
    link.stop();
    unfollow();
  };
}

function markOf(right) {
  return right === null ? "Noted" : right ? "✓ Right" : "✗ Not so";
}

/** A question with its answers, and below it what came of the answer. */
function card(question, place, about, answer) {
  const field = question.choices.length ? choiceField(question) : numberField(question);
  const lacks = h("span", { class: "sl-ls-soft", role: "alert" });
  const button = h("button", { type: "submit", class: "sl-primary" }, about.scored ? "Answer" : "That is what I expect");
  const act = h("div", { class: "sl-ls-act" }, button, lacks);
  const mark = h("b", {});
  const because = h("p", {});
  const solution = h("p", { class: "sl-ls-solution" });
  const feedback = h("div", { class: "sl-ls-feedback", tabindex: "-1", hidden: true }, mark, because, solution);
  const legend = h("legend", {}, h("span", { class: "sl-ls-number" }, about.scored ? `${place + 1}` : "?"), h("span", {}, question.ask));
  const el = h("form", { class: "sl-ls-card", tabindex: "-1", novalidate: true, onsubmit: submit }, h("fieldset", {}, legend, field.el), act, feedback);

  function submit(event) {
    event.preventDefault();
    const given = field.value();
    setText(lacks, given === null ? field.lacks : "");
    if (given !== null) answer(question.id, given);
  }
  function paint(said, waiting, ready) {
    const [inside, fresh] = [el.contains(document.activeElement), Boolean(said) && feedback.hidden];
    if (inside && waiting) focusOn(el); // what is locked would lose it to the page
    field.paint(said, Boolean(said) || waiting);
    setHidden(act, Boolean(said));
    button.disabled = waiting || !ready;
    setHidden(feedback, !said);
    el.dataset.right = said ? String(said.right) : "";
    if (!said) return;
    setText(mark, markOf(said.right));
    setText(because, said.because);
    setText(solution, said.right === false ? `The answer: ${said.solution}${/[.?!]$/.test(said.solution) ? "" : "."}` : "");
    setHidden(solution, said.right !== false);
    if (inside && fresh) focusOn(feedback);
  }
  return { el, id: question.id, paint };
}

function focusOn(node) {
  node.focus({ preventScroll: true });
}

function choiceField(question) {
  const group = freshId("choice");
  const rows = question.choices.map((words, k) => {
    const input = h("input", { type: "radio", name: group, value: String(k) });
    return { input, el: h("label", { class: "sl-ls-choice" }, input, h("span", {}, words)) };
  });
  function paint(said, locked) {
    rows.forEach(({ input, el }, k) => {
      input.disabled = locked;
      if (said) input.checked = said.given === k;
      else if (!locked && el.dataset.done) input.checked = false; // begun again
      el.dataset.done = said ? "true" : "";
      el.dataset.given = said && said.given === k ? String(said.right) : "";
    });
  }
  const value = () => {
    const at = rows.findIndex(({ input }) => input.checked);
    return at < 0 ? null : at;
  };
  return { el: h("div", { class: "sl-ls-choices" }, ...rows.map((row) => row.el)), paint, value, lacks: "choose an answer first" };
}

function numberField(question) {
  const input = h("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": `${question.ask} ${question.unit}` });
  const el = h("div", { class: "sl-ls-number-field" }, input, h("span", {}, question.unit));
  function paint(said, locked) {
    input.disabled = locked;
    if (said) input.value = String(said.given);
    else if (!locked && el.dataset.done) input.value = "";
    el.dataset.done = said ? "true" : "";
  }
  function value() {
    const text = input.value.trim().replace(/[\s%]/g, "").replace(/,(?=\d{3}(\D|$))/g, "").replace(",", ".");
    const number = Number(text);
    return text && Number.isFinite(number) ? number : null;
  }
  return { el, paint, value, lacks: "write a number first, such as 12.5" };
}

/** When all is answered: the score, what to remember, a name if one likes, and from the start. */
function endPanel(about, { again, named }) {
  const id = freshId("name");
  const words = h("p", { class: "sl-ls-say" });
  const keep = about.remember.length ? h("div", {}, h("b", {}, "To remember"), h("ol", {}, ...about.remember.map((each) => h("li", {}, each)))) : null;
  const name = h("input", { type: "text", id, maxlength: "80", autocomplete: "off" });
  const form = h("form", { class: "sl-ls-name", onsubmit: (event) => (event.preventDefault(), named(name.value)) }, h("label", { for: id }, "Your name, only if you like: "), name, h("button", { type: "submit" }, "Keep"), h("small", {}, "Answers and name are a file in this notebook's folder and go nowhere by themselves."));
  const restart = h("button", { type: "button", onclick: again }, "Begin again");
  const el = h("div", { class: "sl-ls-end", hidden: true }, words, keep, about.scored ? form : null, h("div", {}, restart));
  let last = "";
  function paint(done, right, asked, known) {
    setHidden(el, !done);
    setText(words, about.scored ? `${right} of ${asked} right. ${wordsFor(right / asked)}` : "Noted. Now look.");
    if (known !== last) name.value = known;
    last = known;
  }
  return { el, paint };
}

function wordsFor(share) {
  if (share === 1) return "You could explain this to a manager.";
  return share >= 0.6 ? "Read once more what was said of the others." : "Go back to the pictures above, then begin again: both attempts are kept.";
}

export default { render };
