// Pure functions over text. The service counts Unicode code points, JavaScript UTF-16 units: `offsets` is the one
// place where the one becomes the other.

const PARAGRAPH_BREAK = /\n(?:[^\S\n]*\n)+/g;
const MARK = /\[(\d+)\](?:[ \t]+(?=[.,;:!?…)]))?/g; // with the blank that some put before a full stop
const LINE_SIGN = /^[ \t]{0,12}(?:(#{1,6})|[-*+•]|(\d{1,3})[.)])[ \t]+/; // of a heading, or an item of a list
const STRESSED = /\*\*(?=\S)([^\n]{1,400}?)(?<=\S)\*\*|(?<![\w*])\*(?=[^\s*])([^*\n]{1,400}?)(?<=\S)\*(?![\w*])|`([^`\n]{1,400})`/g;
const ENTITIES = { nbsp: " ", quot: '"', amp: "&", lt: "<", gt: ">", apos: "'" };
const ENTITY = /&(nbsp|quot|amp|lt|gt|apos);/g;

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
  const words = wanted.trim().split(/\s+/u).map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
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

/** Whether `quote` is what is read at spans of a text: entities resolved, white space aside, as the service reads it. */
export function isReadAt(text, spans, quote) {
  const at = offsets(text);
  const printed = spans.map(([from, to]) => text.slice(at.unit(from), at.unit(to))).join("");
  return bare(printed.replace(ENTITY, (_, name) => ENTITIES[name])) === bare(quote);
}

const bare = (text) => text.replace(/[\s\x1c-\x1f\x85]+/g, "");

/** The address of a document, and of a place in it. */
export function addressOfPlace(documentId, spans = []) {
  const fragment = spans.map((span) => span.join("-")).join(",");
  return `/documents/${encodeURIComponent(documentId)}${fragment ? `#c=${fragment}` : ""}`;
}

/**
 * Split an answer at its marks: "One [1] . Two. [9]" with known marks 1 gives
 * ["One", 1, ". Two. [9]"]. The space before a mark goes; unknown marks stay text, and so do all but the `last` ones:
 * a quotation may have such signs of its own.
 */
export function splitMarks(answer, known, last = Infinity) {
  const parts = [];
  let at = 0;
  const marks = [...answer.matchAll(MARK)].filter((found) => known.has(Number(found[1])));
  for (const found of marks.slice(Math.max(0, marks.length - last))) {
    parts.push(answer.slice(at, found.index).trimEnd(), Number(found[1]));
    at = found.index + found[0].length;
  }
  parts.push(answer.slice(at));
  return parts.filter((part) => part !== "");
}

/** Cut a text at its sentences: [{start, end, sentence}] (UTF-16), `sentence` null for what stands between them. */
export function partsOf(text, sentences) {
  const parts = [];
  let at = 0;
  const upTo = (end, sentence) => {
    if (end > at) parts.push({ start: at, end, sentence });
    at = end;
  };
  for (const sentence of sentences) {
    const from = text.indexOf(sentence.text, at);
    if (from < 0) continue;
    upTo(from, null);
    upTo(from + sentence.text.length, sentence);
  }
  upTo(text.length, null);
  return parts;
}

/**
 * The paragraphs, headings and list items of a text written as Markdown: [{kind, start, end, number}], `kind` "p",
 * "h", "ul" or "ol"; start and end (UTF-16) are of what is to be read, without the sign that begins the line.
 */
export function blocksOf(text) {
  const blocks = [];
  let open = null; // the block that the next line goes on with
  let at = 0;
  for (const line of text.split("\n")) {
    const sign = LINE_SIGN.exec(line);
    const end = at + line.length;
    if (line.trim() === "") open = null;
    else if (sign || open === null) {
      const kind = !sign ? "p" : sign[1] ? "h" : sign[2] ? "ol" : "ul";
      open = { kind, start: at + (sign?.[0].length ?? 0), end, number: Number(sign?.[2]) };
      blocks.push(open);
      if (kind === "h") open = null;
    } else open.end = end;
    at = end + 1;
  }
  return blocks;
}

/** Cut a text where Markdown stresses it: "a **b**" is [{text: "a ", tag: null}, {text: "b", tag: "strong"}]. */
export function stressed(text) {
  const runs = [];
  let at = 0;
  for (const { index, 0: { length }, 1: strong, 2: em, 3: code } of text.matchAll(STRESSED)) {
    runs.push({ text: text.slice(at, index), tag: null }, { text: strong ?? em ?? code, tag: strong ? "strong" : em ? "em" : "code" });
    at = index + length;
  }
  runs.push({ text: text.slice(at), tag: null });
  return runs.filter((run) => run.text !== "");
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
