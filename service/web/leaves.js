// A document's text as elements: blocks on leaves, one leaf or more a page. Every character of a block is there, in
// order; only markers and the numbers of notes are buttons, which say the note's number and keep the characters they
// stand on in data-source.

import { element, webLink } from "./dom.js";
import { createPlaces } from "./selection.js";
import { countBelow, offsets, paragraphs, splitUrls } from "./text.js";

const LEAF = 40; // blocks on a leaf at the most, so that what is out of sight can be left undrawn
const UNPRINTED = {
  interpolated: "not printed here, counted from the pages before and after",
  counted: "counted, the document prints no page numbers",
};

/**
 * Lay out a text that begins at `start` of its document (code points, as everywhere here). `contents` is what stands
 * where, or null while that is not known; `notes` are footnotes; `onNote(note, button, isCall)` is called when a
 * marker or a note's number is chosen. Gives `nodes`, the leaves; `blockAt(place)`, {element, start, end};
 * `highlight(name, spans)`, which marks spans with a class and gives the blocks they are in; `spanOf(range, root)`, what
 * is selected; and `top(edge)`, what stands there on the screen.
 */
export function createLeaves({ text, start, contents, notes, onNote }) {
  const at = offsets(text);
  const unit = (place) => at.unit(place - start);
  const blocks = (contents?.blocks ?? plainBlocks(text, at, start))
    .filter((block) => block.end > start && block.start < start + at.length)
    .map((block) => ({ ...block, element: null }));
  const starts = blocks.map((block) => block.start);
  const places = notedPlaces(notes);
  const placeStarts = places.map((place) => place.start);
  const levels = headingLevels(contents?.sections ?? []);
  const marked = new Map(); // name: spans
  const known = createPlaces();

  function blockAt(place) {
    return blocks[Math.max(0, countBelow(starts, place + 1) - 1)];
  }

  function paint(block) {
    const inline = (from, to) => pieces(block, from, to);
    block.element.replaceChildren(...(block.kind === "table" ? tableRows(block, text, unit, at, start, inline) : inline(block.start, block.end)));
  }

  // The nodes of a stretch of a block: text, cut wherever something begins or ends in it.
  function pieces(block, from, to) {
    const inside = places.slice(countBelow(placeStarts, from), countBelow(placeStarts, to)).filter((place) => place.end <= to);
    const marks = [...marked].flatMap(([name, spans]) => spans.map((span) => ({ name, span })));
    const near = marks.filter(({ span }) => span[0] < to && span[1] > from);
    const cuts = new Set([from, to, ...inside.flatMap((place) => [place.start, place.end])]);
    for (const edge of near.flatMap(({ span }) => span)) {
      if (edge > from && edge < to && !inside.some((place) => place.start < edge && edge < place.end)) cuts.add(edge);
    }
    const edges = [...cuts].sort((a, b) => a - b);
    return joined(edges.slice(1).map((end, index) => piece(block, edges[index], end, inside, near)));
  }

  function piece(block, from, to, inside, near) {
    const place = inside.find((one) => one.start === from);
    const words = text.slice(unit(from), unit(to));
    const names = near.filter(({ span }) => span[0] <= from && span[1] >= to).map(({ name }) => name);
    const linked = block.kind === "footnote" ? linkedText(words, block.note) : [words];
    return { names: names.join(" "), nodes: place ? [noteButton(place, words, onNote)] : known.remember(linked, from) };
  }

  function highlight(name, spans) {
    const before = marked.get(name) ?? [];
    marked.set(name, spans);
    const touched = new Set([...before, ...spans].flatMap(([from, to]) => blocks.filter((b) => b.start < to && b.end > from)));
    for (const block of touched) paint(block);
    return blocks.filter((block) => spans.some(([from, to]) => block.start < to && block.end > from));
  }

  for (const block of blocks) {
    block.note = block.kind === "footnote" ? noteIn(block, notes) : null;
    block.element = blockElement(block, levels);
    paint(block);
  }
  const leaves = leavesOf(blocks, contents?.pages ?? []);
  return {
    nodes: leaves.map((leaf) => leaf.element),
    blockAt,
    highlight,
    spanOf: known.spanOf,
    top: (edge) => {
      const leaf = leaves.find((one) => one.element.getBoundingClientRect().bottom > edge) ?? leaves.at(-1);
      return leaf?.blocks.find((block) => block.element.getBoundingClientRect().bottom > edge) ?? leaf?.blocks.at(-1);
    },
  };
}

// Before it is known what stands where, a text is paragraphs.
function plainBlocks(text, at, start) {
  return paragraphs(text).map(([from, to]) => ({
    kind: "paragraph",
    start: start + at.point(from),
    end: start + at.point(to),
  }));
}

function noteIn(block, notes) {
  return notes.find((note) => note.spans.some(([from, to]) => from < block.end && to > block.start)) ?? null;
}

function notedPlaces(notes) {
  const calls = notes.flatMap((note) => note.markers.map(([start, end]) => ({ start, end, note, isCall: true })));
  const numbers = notes.flatMap((note) => (note.printed ? [{ start: note.printed[0], end: note.printed[1], note }] : []));
  return [...calls, ...numbers].sort((a, b) => a.start - b.start);
}

// What calls a note is shown as a person would write it; damaged print would not be known for a number.
function noteButton({ note, isCall }, words, onNote) {
  const name = isCall ? `Footnote ${note.label}` : `Footnote ${note.label}: back to the sentence that calls it`;
  const button = element("button", { type: "button", className: isCall ? "call" : "number", "aria-label": name, "data-source": words }, note.label);
  if (words !== note.label) button.title = `in the source: ${words}`;
  button.onclick = () => onNote(note, button, isCall);
  if (isCall) button.setAttribute("aria-expanded", "false");
  return isCall ? element("sup", {}, button) : button;
}

function linkedText(words, note) {
  if (note === null || note.printed_urls.length === 0) return [words];
  const whole = new Map(note.printed_urls.map((printed, index) => [printed, note.urls[index] ?? printed]));
  return splitUrls(words, note.printed_urls).map((part) => (part.url ? webLink(whole.get(part.text), part.text) : part.text));
}

// Neighbours under the same marks share one element, so that a mark runs on through a marker.
function joined(pieces) {
  const nodes = [];
  let open = null;
  for (const { names, nodes: inner } of pieces) {
    if (names === "") nodes.push(...inner);
    else if (open?.className === names && nodes.at(-1) === open) open.append(...inner);
    else nodes.push((open = element("mark", { className: names }, inner)));
  }
  return nodes;
}

function blockElement(block, levels) {
  if (block.kind === "heading") {
    const level = String(levels.get(block.start) ?? 3);
    return element("div", { className: "heading", role: "heading", "aria-level": level, dir: "auto", "data-level": level });
  }
  const node = element("div", { className: block.kind, dir: "auto" });
  if (block.kind === "table") {
    node.tabIndex = 0; // so that a wide one can be scrolled by keyboard
    node.setAttribute("role", "group");
    node.setAttribute("aria-label", "Table");
  }
  return node;
}

// Under the document's title, and never skipping a level, which would mislead whoever goes by headings.
function headingLevels(sections) {
  const levels = new Map();
  let before = 2;
  for (const { start, level } of sections) {
    before = Math.min(level + 2, before + 1, 6);
    levels.set(start, before);
  }
  return levels;
}

/** A table's rows; cells are parted as the source parts them, and what parts them is not shown. */
function tableRows(block, text, unit, at, start, inline) {
  const rows = [];
  const source = text.slice(unit(block.start), unit(block.end));
  for (const line of source.matchAll(/[^\n]+/g)) {
    const cells = Array.from(line[0].matchAll(line[0].includes("\t") ? /[^\t]+/g : /[^|]+/g)).filter((cell) => cell[0].trim() !== "");
    if (/^[\s|:+=-]*$/.test(line[0])) continue; // a rule drawn of dashes
    const from = unit(block.start) + line.index;
    const place = (units) => start + at.point(from + units);
    rows.push(element("tr", {}, cells.map((cell) =>
      element("td", { colSpan: cells.length === 1 ? 100 : 1 }, inline(place(cell.index), place(cell.index + cell[0].length))))));
  }
  return [element("table", {}, element("tbody", {}, rows))];
}

function leavesOf(blocks, pages) {
  const leaves = [];
  let page = 0;
  for (const block of blocks) {
    const isNew = page < pages.length && pages[page].start <= block.start;
    if (leaves.length === 0 || isNew || leaves.at(-1).blocks.length === LEAF) leaves.push({ blocks: [], page: null });
    for (; page < pages.length && pages[page].start <= block.start; page += 1) leaves.at(-1).page = pages[page];
    leaves.at(-1).blocks.push(block);
  }
  for (const leaf of leaves) leaf.element = leafElement(leaf);
  return leaves;
}

function leafElement({ blocks, page }) {
  const leaf = element("div", { className: "leaf" });
  const characters = blocks.at(-1).end - blocks[0].start;
  leaf.style.containIntrinsicBlockSize = `auto ${Math.round(characters / 3 + 14 * blocks.length)}px`;
  if (page !== null) leaf.append(folio(page));
  leaf.append(...blocks.map((block) => block.element));
  return leaf;
}

function folio({ page, known }) {
  const remark = UNPRINTED[known];
  return element("p", { className: `folio ${known}`, title: remark ? `Page ${page}: ${remark}` : `Page ${page}` },
    element("span", { className: "visually-hidden" }, "Page "), String(page),
    remark ? element("span", { className: "visually-hidden" }, ` (${remark})`) : null);
}
