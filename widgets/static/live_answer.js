/** The officer's answer in four keys: same, different or cannot tell; what decided it; how strongly; Enter. */
import { freshId, h, setLocked, setText } from "./dom.js";

const VERDICTS = [
  { name: "same", words: "same person", sign: "=", key: "1", opinion: "agree" },
  { name: "different", words: "different", sign: "≠", key: "2", opinion: "differ" },
  { name: "cannot tell", words: "cannot tell", sign: "?", key: "3", opinion: "cannot see" },
];
const SUPPORT = ["4", "5", "6"];

export function answerPanel(about, { save, say }) {
  let draft = empty();
  const group = freshId("live");
  const verdicts = VERDICTS.map((each) => radio(`${group}-verdict`, each.name, each.key, `${each.sign} ${each.words}`, () => change({ verdict: each.name })));
  const support = about.scale.map((each, k) => radio(`${group}-support`, each.name, SUPPORT[k], each.name, () => change({ confidence: each.name })));
  const features = about.features.map((each) => h("button", { type: "button", class: "sl-ar-small", title: each.lookAt, "aria-pressed": "false", onclick: () => toggle(each.name) }, h("kbd", {}, each.key), ` ${each.name}`));
  const note = h("input", { type: "text", id: `${group}-note`, maxlength: "1000", autocomplete: "off", oninput: () => (draft.note = note.value) });
  const lacks = h("span", { class: "sl-ar-soft" });
  const button = h("button", { type: "button", class: "sl-primary", onclick: submit }, "Answer ", h("kbd", {}, "Enter"));
  const legend = h("legend", {}, "What decided it");
  const el = h(
    "div",
    { class: "sl-lb-answer" },
    h("fieldset", {}, h("legend", {}, "Is this the person?"), ...verdicts.map((each) => each.el)),
    h("fieldset", { class: "sl-lb-features" }, legend, ...features),
    h("fieldset", {}, h("legend", {}, "Support for it"), ...support.map((each) => each.el)),
    h("p", {}, h("label", { for: note.id }, "Note (not needed) "), note),
    h("div", { class: "sl-ar-save" }, button, lacks),
  );

  function change(values) {
    Object.assign(draft, values);
    if (draft.verdict === "cannot tell") draft.confidence = "";
    paint();
    say(Object.values(values).join(", "));
  }
  function toggle(name) {
    draft.features = draft.features.includes(name) ? draft.features.filter((each) => each !== name) : [...draft.features, name];
    change({});
    say(`${name}: ${draft.features.includes(name) ? "noted" : "not noted"}`);
  }
  function missing() {
    if (!draft.verdict) return ["an answer"];
    const lack = draft.features.length ? [] : ["what decided it"];
    if (draft.verdict !== "cannot tell" && !draft.confidence) lack.push("how strong the support is");
    return lack;
  }
  function submit() {
    const lack = missing();
    if (lack.length) return say(`not sent: still needed: ${lack.join(", ")}`);
    const opinion = VERDICTS.find((each) => each.name === draft.verdict).opinion;
    const reason = draft.note.trim() || `on the spot: ${draft.features.join(", ")} ${opinion}`;
    save({ verdict: draft.verdict, confidence: draft.confidence, reason, features: Object.fromEntries(draft.features.map((name) => [name, opinion])) });
  }
  function paint() {
    verdicts.forEach((each) => each.paint(draft.verdict, false));
    support.forEach((each) => each.paint(draft.confidence, draft.verdict === "cannot tell"));
    features.forEach((each, k) => each.setAttribute("aria-pressed", String(draft.features.includes(about.features[k].name))));
    const opinion = VERDICTS.find((each) => each.name === draft.verdict)?.opinion;
    setText(legend, opinion ? `What decided it: ${opinion === "cannot see" ? "what cannot be seen" : `what you saw ${opinion}`}` : "What decided it");
    const lack = missing();
    button.setAttribute("aria-disabled", String(lack.length > 0));
    setText(lacks, lack.length ? `still needed: ${lack.join(", ")}` : "");
  }
  /** Whether the key meant something. */
  function press({ key, target }) {
    if (key === "Enter") return target.matches("button") && !target.matches(".sl-primary") ? false : (submit(), true);
    const verdict = VERDICTS.find((each) => each.key === key);
    if (verdict) return change({ verdict: verdict.name }), true;
    const level = SUPPORT.indexOf(key);
    if (level >= 0 && draft.verdict !== "cannot tell") return change({ confidence: about.scale[level].name }), true;
    const feature = about.features.find((each) => each.key === key);
    return feature ? (toggle(feature.name), true) : false;
  }
  function open(next) {
    draft = next;
    note.value = draft.note;
    paint();
  }
  return { el, open, empty, press, lock: (locked) => setLocked(el, locked) };
}

function empty() {
  return { verdict: "", confidence: "", features: [], note: "" };
}

function radio(group, value, key, words, chosen) {
  const input = h("input", { type: "radio", name: group, value, onchange: chosen });
  const el = h("label", {}, input, h("kbd", {}, key), h("span", {}, words));
  function paint(now, disabled) {
    input.checked = now === value;
    input.disabled = disabled;
    el.classList.toggle("sl-ar-off", disabled);
  }
  return { el, paint };
}
