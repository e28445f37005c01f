// Pure functions over text. The service counts Unicode code points, JavaScript UTF-16 units:
// unitOffset is the one place where the first becomes the second.

const PARAGRAPH_BREAK = /\n(?:[^\S\n]*\n)+/g;
const MARK = /\s*\[(\d+)\]/g;

/** The UTF-16 offset of a code point offset: unitOffset("a😀b", 2) is 3. Clamped to the text. */
export function unitOffset(text, points) {
  let units = 0;
  for (let seen = 0; seen < points && units < text.length; seen += 1) {
    units += text.codePointAt(units) > 0xffff ? 2 : 1;
  }
  return units;
}

/**
 * Cut a slice of a document into paragraphs of pieces, the cited ones told apart.
 *
 * `start` is where the slice begins in the document and `spans` are document offsets, both in code
 * points. Gives [[{text, cited, first, last}]]: `first` and `last` say that a span begins or ends with
 * this piece. Blank lines between paragraphs are dropped; every other character is kept.
 */
export function paragraphs(text, start, spans) {
  const marks = spans
    .map((span) => span.map((offset) => unitOffset(text, offset - start)))
    .filter(([from, to]) => from < to)
    .sort((a, b) => a[0] - b[0]);
  return paragraphBounds(text)
    .map(([from, to]) => cut(text, from, to, marks))
    .filter((pieces) => pieces.length > 0);
}

function paragraphBounds(text) {
  const bounds = [];
  let from = 0;
  for (const gap of text.matchAll(PARAGRAPH_BREAK)) {
    bounds.push([from, gap.index]);
    from = gap.index + gap[0].length;
  }
  bounds.push([from, text.length]);
  return bounds;
}

function cut(text, from, to, marks) {
  const pieces = [];
  const add = (begin, end, parts) => {
    if (begin < end) pieces.push({ text: text.slice(begin, end), cited: false, ...parts });
  };
  let at = from;
  for (const [markFrom, markTo] of marks) {
    const begin = Math.max(markFrom, at);
    const end = Math.min(markTo, to);
    if (begin >= end) continue;
    add(at, begin);
    add(begin, end, { cited: true, first: begin === markFrom, last: end === markTo });
    at = end;
  }
  add(at, to);
  return pieces;
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
