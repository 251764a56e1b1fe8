/** What a reviewer says of a pair: features one by one, a verdict, how strong its support is, and why. */
import { freshId, h, setHidden, setLocked, setText } from "./dom.js";

export const OPINIONS = [
  { name: "agree", sign: "=", key: "" },
  { name: "differ", sign: "≠", key: "" },
  { name: "cannot see", sign: "·", key: "" },
];
export const VERDICTS = [
  { name: "same", words: "same person", sign: "=", key: "1", needs: "agree" },
  { name: "different", words: "different", sign: "≠", key: "2", needs: "differ" },
  { name: "cannot tell", words: "cannot tell", sign: "?", key: "3", needs: null },
];
const SUPPORT_KEYS = ["4", "5", "6"];

export function emptyDraft() {
  return { features: {}, verdict: "", confidence: "", reason: "" };
}

/** What is still missing of a draft, in the order of the form; empty if it can be saved. */
export function missing({ verdict, features, confidence, reason }) {
  const chosen = VERDICTS.find((each) => each.name === verdict);
  const firm = chosen ? Boolean(chosen.needs) : true; // "cannot tell" needs neither a feature nor support
  const unless = chosen ? "" : " (unless you cannot tell)";
  const noted = Object.values(features);
  const feature = chosen ? `a feature that you note as “${chosen.needs}”` : `a feature that you note${unless}`;
  const needed = [
    ["a verdict", !chosen],
    [feature, firm && !(chosen ? noted.includes(chosen.needs) : noted.length)],
    [`how strong the support is${unless}`, firm && !confidence],
    ["a reason", !reason.trim()],
  ];
  return needed.filter(([, lacks]) => lacks).map(([words]) => words);
}

/** The form over a draft; `changed(words)` is called with what to say aloud, `edited(draft)` with what it then is, `save` by its button; `beside` stands next to that. */
export function formPanel(about, { changed, edited, save, beside }) {
  let draft = emptyDraft();
  const group = freshId("review");
  const rows = about.features.map((feature) => featureRow(feature, group, set));
  const verdicts = VERDICTS.map((each) => choice(`${group}-verdict`, each.name, each.key, `${each.sign} ${each.words}`, `sl-ar-v sl-ar-v-${each.name.replace(" ", "-")}`, () => verdict(each.name)));
  const levels = about.scale.map((level, k) => choice(`${group}-support`, level.name, SUPPORT_KEYS[k], level.name, "sl-ar-l", () => support(level.name)));
  const means = h("p", { class: "sl-ar-soft sl-ar-means" });
  const reason = h("textarea", { id: `${group}-reason`, rows: "2", maxlength: "4000", autocomplete: "off", spellcheck: "true", oninput: () => ((draft.reason = reason.value), paint(), edited(draft)) });
  const button = h("button", { type: "button", class: "sl-primary", onclick: save }, "Save ", h("kbd", {}, "Enter"));
  const lacks = h("span", { class: "sl-ar-soft sl-ar-lacks" });
  const table = h(
    "table",
    { class: "sl-ar-features" },
    h("caption", {}, "Features ", h("small", {}, "press a letter: agree, differ, cannot see")),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "feature"), ...OPINIONS.map((each) => h("th", { scope: "col" }, each.name)))),
    h("tbody", {}, ...rows.map((row) => row.el)),
  );
  const verdictSet = h("fieldset", { class: "sl-ar-verdict" }, h("legend", {}, "Verdict"), ...verdicts.map((each) => each.el));
  const supportSet = h("fieldset", { class: "sl-ar-support" }, h("legend", {}, "Support for it"), ...levels.map((each) => each.el), means);
  const why = h("div", { class: "sl-ar-reason" }, h("label", { for: reason.id }, "Reason ", h("kbd", {}, "r"), h("small", {}, " in a sentence: what decided it")), reason);
  const answer = h("div", { class: "sl-ar-answer" }, verdictSet, supportSet, why, h("div", { class: "sl-ar-save" }, button, lacks, beside));
  const lockable = [table, verdictSet, supportSet, why, button]; // what is said beside the button stays plain

  function set(name, opinion) {
    if (opinion) draft.features[name] = opinion;
    else delete draft.features[name];
    paint();
    edited(draft);
    changed(`${name}: ${opinion || "not noted"}`);
  }
  /** One step on: not noted, agree, differ, cannot see. */
  function cycle(key) {
    const feature = about.features.find((each) => each.key === key);
    if (!feature) return false;
    const names = ["", ...OPINIONS.map((each) => each.name)];
    set(feature.name, names[(names.indexOf(draft.features[feature.name] ?? "") + 1) % names.length]);
    rows[about.features.indexOf(feature)].el.scrollIntoView({ block: "nearest" });
    return true;
  }
  function verdict(name) {
    draft.verdict = name;
    if (name === "cannot tell") draft.confidence = "";
    paint();
    edited(draft);
    changed(`verdict: ${VERDICTS.find((each) => each.name === name).words}`);
  }
  function support(name) {
    if (draft.verdict === "cannot tell") return;
    draft.confidence = name;
    paint();
    edited(draft);
    changed(`${name} support`);
  }
  function paint() {
    rows.forEach((row) => row.paint(draft.features[row.name] ?? ""));
    verdicts.forEach((each) => each.paint(draft.verdict, false));
    levels.forEach((each) => each.paint(draft.confidence, draft.verdict === "cannot tell"));
    setText(means, about.scale.find((level) => level.name === draft.confidence)?.means ?? (draft.verdict === "cannot tell" ? "“Cannot tell” has no level of support." : "Say how far what you see carries the verdict."));
    const left = missing(draft);
    button.setAttribute("aria-disabled", String(left.length > 0));
    setText(lacks, left.length ? `still needed: ${left.join(", ")}` : "");
  }
  function press(key) {
    const at = VERDICTS.findIndex((each) => each.key === key);
    if (at >= 0) return verdict(VERDICTS[at].name), true;
    const level = SUPPORT_KEYS.indexOf(key);
    if (level >= 0) return support(about.scale[level].name), true;
    return cycle(key);
  }
  function open(next) {
    draft = next;
    reason.value = draft.reason;
    paint();
  }
  return { table, answer, open, press, reason, lock: (locked) => lockable.forEach((part) => setLocked(part, locked)), hide: (hidden) => [table, answer].forEach((part) => setHidden(part, hidden)) };
}

function featureRow(feature, group, set) {
  const name = `${group}-${feature.key}`;
  const radios = OPINIONS.map((each) => h("input", { type: "radio", name, value: each.name, "aria-label": `${feature.name}: ${each.name}`, onchange: () => set(feature.name, each.name), onclick: again }));
  let shown = "";
  function again(event) {
    if (event.target.value === shown && event.detail) set(feature.name, ""); // a second click takes it back
  }
  const cells = radios.map((radio, k) => h("td", {}, h("label", { class: `sl-ar-o sl-ar-o-${k}` }, radio, h("span", { "aria-hidden": "true" }, OPINIONS[k].sign))));
  const el = h("tr", {}, h("th", { scope: "row" }, h("kbd", {}, feature.key), h("span", {}, feature.name, h("small", {}, feature.lookAt))), ...cells);
  function paint(opinion) {
    shown = opinion;
    radios.forEach((radio) => (radio.checked = radio.value === opinion));
    el.dataset.opinion = opinion;
  }
  return { el, name: feature.name, paint };
}

function choice(group, value, key, words, style, chosen) {
  const radio = h("input", { type: "radio", name: group, value, onchange: chosen });
  const el = h("label", { class: style }, radio, h("kbd", {}, key), h("span", {}, words));
  function paint(now, disabled) {
    radio.checked = now === value;
    radio.disabled = disabled;
    el.classList.toggle("sl-ar-off", disabled);
  }
  return { el, paint };
}
