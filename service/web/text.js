// Pure functions over text. The service counts Unicode code points, JavaScript UTF-16 units: `offsets` is the one
// place where the one becomes the other.

const PARAGRAPH_BREAK = /\n(?:[^\S\n]*\n)+/g;
const MARK = /\s*\[(\d+)\]/g;

/**
 * The two ways to count in a text: `unit(point)` is the UTF-16 offset of a code point offset, `point(unit)` the other
 * way round, both clamped to the text. In "a😀b" unit(2) is 3 and point(3) is 2.
 */
export function offsets(text) {
  const wide = []; // the units where a character of two begins; few texts have one
  for (const found of text.matchAll(/[\u{10000}-\u{10ffff}]/gu)) wide.push(found.index);
  const widePoints = wide.map((unit, before) => unit - before);
  const length = text.length - wide.length;
  return {
    length,
    unit: (point) => {
      const clamped = Math.min(Math.max(point, 0), length);
      return clamped + countBelow(widePoints, clamped);
    },
    point: (unit) => {
      const clamped = Math.min(Math.max(unit, 0), text.length);
      return clamped - countBelow(wide, clamped);
    },
  };
}

/** How many numbers of a rising list are below `limit`. */
export function countBelow(rising, limit) {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The paragraphs of a text, parted by blank lines, as [[start, end]] in UTF-16 units. */
export function paragraphs(text) {
  const found = [];
  let from = 0;
  for (const gap of [...text.matchAll(PARAGRAPH_BREAK), { index: text.length, 0: "" }]) {
    const whole = text.slice(from, gap.index);
    const start = gap.index - whole.trimStart().length;
    if (whole.trim() !== "") found.push([start, start + whole.trim().length]);
    from = gap.index + gap[0].length;
  }
  return found;
}

/**
 * Where the words of `wanted` stand in a text one after another, however they are spaced and whatever their case:
 * [[start, end]] in UTF-16 units, `most` of them at the most.
 */
export function occurrences(text, wanted, most = 1000) {
  const words = wanted.trim().split(/\s+/u).map((word) => word.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  if (words[0] === "") return [];
  const found = [];
  for (const match of text.matchAll(new RegExp(words.join("\\s+"), "giu"))) {
    found.push([match.index, match.index + match[0].length]);
    if (found.length === most) break;
  }
  return found;
}

/** The spans in an address's fragment, "#c=10-20,30-40" as [[10, 20], [30, 40]]; what makes no sense is left out. */
export function spansIn(hash) {
  const given = /^#c=([\d,-]+)$/.exec(hash)?.[1].split(",") ?? [];
  const read = given.map((span) => /^(\d{1,12})-(\d{1,12})$/.exec(span)?.slice(1).map(Number));
  return read.filter((span) => span && span[0] < span[1]);
}

/** The address of a document, and of a place in it. */
export function addressOfPlace(documentId, spans = []) {
  const fragment = spans.map((span) => span.join("-")).join(",");
  return `/documents/${encodeURIComponent(documentId)}${fragment ? `#c=${fragment}` : ""}`;
}

/**
 * Split an answer at its marks: "One. [1] Two. [9]" with known marks 1 gives
 * ["One.", 1, " Two. [9]"]. The space before a mark goes; unknown marks stay text.
 */
export function splitMarks(answer, known) {
  const parts = [];
  let at = 0;
  for (const found of answer.matchAll(MARK)) {
    const mark = Number(found[1]);
    if (!known.has(mark)) continue;
    parts.push(answer.slice(at, found.index), mark);
    at = found.index + found[0].length;
  }
  parts.push(answer.slice(at));
  return parts.filter((part) => part !== "");
}

/** Cut text at each of the given addresses: [{text, url}], `url` true where the text is one of them. */
export function splitUrls(text, urls) {
  let parts = [{ text, url: false }];
  // Longest first, so that an address that begins another one does not cut it in two.
  for (const url of urls.filter(Boolean).sort((a, b) => b.length - a.length)) {
    parts = parts.flatMap((part) => (part.url ? [part] : splitAt(part.text, url)));
  }
  return parts;
}

function splitAt(text, url) {
  return text
    .split(url)
    .flatMap((piece, index) => [...(index > 0 ? [{ text: url, url: true }] : []), { text: piece, url: false }])
    .filter((part) => part.text !== "");
}

/** [12, 13] is "pp. 12–13", [12, 12] is "p. 12", no pages is "". */
export function pageRange(pages) {
  if (!pages || pages.length === 0) return "";
  const first = pages[0];
  const last = pages[pages.length - 1];
  return first === last ? `p. ${first}` : `pp. ${first}–${last}`;
}

/** Where something stands: "Table · pp. 12–13 · 1. Title › 1.1. Sub"; what is not known is left out. */
export function placeLine({ part, pages, section }) {
  return [part, pageRange(pages), (section ?? []).join(" › ")].filter(Boolean).join(" · ");
}

/** 1 and "passage" is "1 passage", 1234 is "1,234 passages". */
export function count(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
