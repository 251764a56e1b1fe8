/** The alerts as pictures, probe beside reference, best score first: they cross the line as it moves. */
import { h, setText } from "./dom.js";
import { rateAt } from "./rates.js";
import { amount, oneIn, plural } from "./words.js";

/** The gallery; null where there is nothing to show. `close` lets go of the pictures. */
export function galleryPanel(data) {
  if (!data.alerts.length) return null;
  const urls = new Map();
  const cells = data.alerts.map((alert) => cellOf(alert, data, urls));
  const heading = h("small", {});
  const grid = h("ul", { class: "sl-grid", tabindex: "0", "aria-label": "Alerts, best score first" }, ...cells);
  const el = h("section", { class: "sl-part" }, h("div", { class: "sl-h", role: "heading", "aria-level": data.about.level + 1 }, "Alerts ", heading), grid);
  let above = cells.length;

  function paint(view) {
    const now = view.shown;
    for (let k = Math.min(now, above); k < Math.max(now, above); k++) cells[k].classList.toggle("sl-off", k >= now);
    above = now;
    setText(heading, countWords(now, cells.length - now, view));
  }
  function describe() {
    const border = cells[Math.min(above, cells.length - 1)];
    const outside = border.offsetTop < grid.scrollTop || border.offsetTop + border.offsetHeight > grid.scrollTop + grid.clientHeight;
    if (outside && !grid.matches(":focus")) grid.scrollTop = border.offsetTop - grid.clientHeight / 2;
  }
  function countWords(alerts, misses, view) {
    const words = `${amount(alerts)} above the line, ${amount(misses)} considered and not alerted`;
    const without = view.unknown ? view.unknown.count - alerts : 0;
    return without > 0 ? `${words}; of ${plural(without, "more pass", "more passes")} above it no picture was kept` : words;
  }
  return { el, paint, describe, close: () => urls.forEach((url) => URL.revokeObjectURL(url)) };
}

function cellOf(alert, data, urls) {
  const seen = [alert.seen, alert.face ? `face ${alert.face} px` : ""].filter(Boolean).join(" · ");
  return h(
    "li",
    { class: "sl-cell" },
    h("div", { class: "sl-pair" }, image(alert.probe, `probe, ${seen}`, data, urls), image(alert.reference, `reference of ${alert.subject}`, data, urls)),
    h("span", { class: "sl-tag sl-tag-on" }, "alert"),
    h("span", { class: "sl-tag sl-tag-off" }, "considered, not alerted"),
    h("b", {}, alert.subject),
    h("small", {}, `${alert.score.toFixed(3)} · ${rarity(alert.score, data.nonmated)}`),
    h("small", {}, seen),
  );
}

function rarity(score, strangers) {
  if (!strangers?.passes) return "rarity too few to say";
  const { rate, of, low } = rateAt(strangers, score);
  if (Number.isNaN(low)) return "rarity too few to say";
  return rate ? `${oneIn(rate)} strangers` : `none of ${amount(of)} strangers`;
}

/** A picture from the bytes that came with the widget; nothing is fetched. */
function image(place, words, { pictures }, urls) {
  if (!place) return h("span", { class: "sl-none", role: "img", "aria-label": `no picture kept: ${words}` }, "not kept");
  const key = place[0];
  if (!urls.has(key)) urls.set(key, URL.createObjectURL(new Blob([pictures.subarray(place[0], place[0] + place[1])])));
  return h("img", { src: urls.get(key), alt: words, loading: "lazy", decoding: "async", width: 88, height: 88 });
}
