/** The sheet drawn by the page itself, for when Python does not answer: both copies as set, provenance printed under them. */
import { drawBoth, drawGrid, drawMeasures, drawPicture, placements } from "./board_paint.js";
import { SIDES } from "./board_view.js";

const [SIDE, GAP, MARGIN] = [640, 16, 24];
const FONT = "DejaVu Sans, Noto Sans, Arial, sans-serif";

/** A PNG as Blob; `pictures` are the two chosen ones, `lines` what is printed. */
export function sheetOf(settings, pictures, copyOf, title, lines) {
  const measure = document.createElement("canvas").getContext("2d");
  const room = 2 * SIDE + GAP;
  const below = lines.flatMap((line) => wrapped(measure, visible(line), room));
  const panels = panelsOf(settings, pictures, copyOf);
  const row = 22 + SIDE + GAP;
  const [top, rows] = [MARGIN + 35, Math.ceil(panels.length / 2)];
  const canvas = document.createElement("canvas");
  canvas.width = room + 2 * MARGIN;
  canvas.height = top + row * rows + 20 * below.length + MARGIN;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  write(pen, "#14202b", 19, visible(title), MARGIN, MARGIN + 18);
  panels.forEach(({ picture, words }, k) => {
    const [x, y] = [MARGIN + (k % 2) * (SIDE + GAP), top + Math.floor(k / 2) * row];
    write(pen, "#46525e", 14, words, x, y + 14);
    pen.drawImage(picture, x, y + 22);
  });
  below.forEach((line, k) => write(pen, "#14202b", 14, line, MARGIN, top + row * rows + 20 * k + 14));
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function panelsOf(settings, pictures, copyOf) {
  const place = placements(settings, pictures);
  const draw = (side) => (pen) => drawPicture(pen, SIDE, copyOf(pictures[side].image, settings[side].tone), place[side]);
  const panel = (words, paint, side) => {
    const picture = document.createElement("canvas");
    picture.width = picture.height = SIDE;
    const pen = picture.getContext("2d");
    paint(pen);
    if (settings.grid) drawGrid(pen, SIDE);
    if (side) drawMeasures(pen, SIDE, settings.measures, side, place[side]);
    return { picture, words };
  };
  const both = settings.mode === "overlay" ? [panel(`overlay, ${Math.round(100 * settings.mix)}% reference`, (pen) => drawBoth(pen, SIDE, draw("probe"), draw("reference"), settings.mix))] : [];
  const caption = (side) => `${pictures[side].name}: ${pictures[side].image.naturalWidth} x ${pictures[side].image.naturalHeight} px, shown ${(SIDE * Math.hypot(...place[side].turn)).toFixed(1)} times that size`;
  return [...SIDES.map((side) => panel(caption(side), draw(side), side)), ...both];
}

function write(pen, colour, size, words, x, y) {
  pen.fillStyle = colour;
  pen.font = `${size}px ${FONT}`;
  pen.fillText(words, x, y);
}

/** Marks that act, such as those that turn text around, as visible escapes. */
function visible(text) {
  return text.replace(/[\p{C}\u2028\u2029]/gu, (mark) => `\\u${mark.codePointAt(0).toString(16).padStart(4, "0")}`);
}

function wrapped(pen, text, room) {
  pen.font = `14px ${FONT}`;
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (pen.measureText(longer).width <= room) lines[lines.length - 1] = longer;
    else lines.push(...pieces(pen, word, room));
  }
  return lines.filter(Boolean);
}

/** A word that is too long, such as a hash, cut. */
function pieces(pen, word, room) {
  const cut = [];
  while (pen.measureText(word).width > room) {
    let n = word.length;
    while (pen.measureText(word.slice(0, n)).width > room) n -= 1;
    cut.push(word.slice(0, n));
    word = word.slice(n);
  }
  return [...cut, word];
}
