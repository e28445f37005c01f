// A document to read: its text with pages and headings, notes beside the text that calls them, contents, all
// footnotes, and a search. It is the same in the pane beside an answer and on a page of its own.

import { ApiError } from "./api.js";
import { contentsTree, pageAt, scopeChoice, sectionAt } from "./contents.js";
import { element, problem } from "./dom.js";
import { createFind } from "./find.js";
import { createLeaves } from "./leaves.js";
import { createBeside, notesTable } from "./notes.js";
import { createParts, createPosition } from "./position.js";
import { documentContents, documentNotes, documentText } from "./shelf.js";
import { createSelectionLink } from "./selection.js";
import { addressOfPlace, isReadAt, placeLine } from "./text.js";

const WHOLE = 1_000_000; // characters; a longer document is shown in parts
const PART = 200_000; // characters on either side of the place in one that is
const SOON_MS = 40; // what stands where is waited for so long before the plain text is shown
const BEHIND = "The place that was asked for is not in this document; it may have changed.";
const CHANGED = "This document has changed since it was quoted: what is marked is not the quote.";
const VIEWS = { text: "Text", contents: "Contents", notes: "Footnotes", find: "Find" };

/**
 * Make a reader in `root`. `restrict` takes what is to be asked only; `onPlace(spans)` is called when the reader goes
 * to another place by itself. Gives `open({documentId, title, spans, quote})`, which shows a document with the spans
 * (code points) marked, and says so where `quote` is not what is read there; `go(spans)` in the same document;
 * `holds(place)`, whether that is the document, as it was when the place was quoted; and `close()`.
 */
export function createReader({ root, restrict, onPlace = () => {} }) {
  const body = element("div", { className: "reader-text", tabIndex: 0, role: "region", "aria-label": "Text of the document" });
  const here = element("span", { className: "reader-here", dir: "auto" });
  const link = createSelectionLink({
    body,
    spanOf: (range) => shown?.leaves?.spanOf(range, body) ?? null,
    addressOf: (span) => addressOfPlace(shown.documentId, [span]),
  });
  const views = element("div", { className: "reader-views", role: "group", "aria-label": "Show" });
  const sides = Object.fromEntries(["contents", "notes", "find"].map((name) => [name, element("section", { className: `reader-side ${name}`, "aria-label": VIEWS[name] })]));
  const beside = createBeside(go);
  const position = createPosition(body, follow);
  const parts = createParts((block) => position.reveal(block.element, true));
  root.classList.add("reader");
  root.replaceChildren(views, element("div", { className: "reader-grid" }, Object.values(sides), element("div", { className: "reader-main" },
    element("p", { className: "reader-line" }, here, link), parts.element, body)));
  let shown = null; // the document that is shown; also tells a late response from a current one

  async function open(place) {
    close();
    const wanted = (shown = { ...place, spans: place.spans ?? [], quoted: place.spans, leaves: null, contents: null, notes: [], hits: [] });
    body.replaceChildren(element("p", { className: "busy" }, "Fetching the document…"));
    show("text");
    try {
      await load(wanted);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (wanted === shown) body.replaceChildren(problem(error.message, () => open(place)));
    }
  }

  // The text is shown as soon as it is there: what stands where mostly comes with it, the notes a little later.
  async function load(wanted) {
    const contents = documentContents(wanted.documentId);
    contents.catch(() => {}); // looked at below
    wanted.slice = await sliceAround(wanted, wanted.spans[0]?.[0] ?? 0);
    const notes = documentNotes(wanted.documentId); // not before: the service would be at them and the text at once
    notes.catch(() => {});
    wanted.contents = await Promise.race([contents.catch(() => null), new Promise((done) => setTimeout(done, SOON_MS, null))]);
    if (wanted !== shown) return;
    layOut(wanted);
    await position.settled(); // what was asked for is seen before anything is laid out anew
    [wanted.contents, wanted.notes] = [await contents, await notes];
    if (wanted !== shown) return;
    position.keep(() => layOut(wanted), wanted.leaves);
    furnish(wanted);
  }

  async function sliceAround(wanted, place) {
    const slice = wanted.slice ?? (await documentText(wanted.documentId, 0, WHOLE));
    if (slice.length <= WHOLE) return slice;
    const middle = Math.min(place, slice.length);
    return documentText(wanted.documentId, Math.max(0, middle - PART), middle + PART);
  }

  function layOut(wanted) {
    const { slice, contents, notes, spans } = wanted;
    wanted.leaves = createLeaves({ text: slice.text, start: slice.start, contents, notes, onNote: beside.toggle });
    body.replaceChildren(
      ...(slice.start > 0 ? [moreButton("Earlier text", Math.max(0, slice.start - PART))] : []),
      ...wanted.leaves.nodes,
      ...(slice.end < slice.length ? [moreButton("Later text", slice.end)] : []),
    );
    wanted.leaves.highlight("hit", wanted.hits);
    mark(spans);
    return wanted.leaves;
  }

  function moreButton(words, place) {
    return element("button", { type: "button", className: "quiet more", onclick: () => go([[place, place + 1]], { quietly: true }) }, words);
  }

  /** Say what the document is called, where that was not known when it was opened. */
  function entitle(title) {
    shown.title = title;
    follow();
  }

  // --- places ------------------------------------------------------------------------------------------------

  /** Go to a place of the document that is shown, to its beginning without spans; `quietly`: without marking it. */
  async function go(spans, { quietly = false, told = true } = {}) {
    if (shown === null) return;
    if (!quietly) shown.spans = spans; // also where the document is still on its way
    if (shown.leaves === null || !(await isHere(shown, spans[0]?.[0] ?? 0))) return;
    beside.close();
    if (body.clientHeight === 0) show("text"); // where there is room it stands beside the contents anyway
    if (quietly) position.reveal(shown.leaves.blockAt(spans[0][0]).element, spans[0][1] > spans[0][0] + 1);
    else mark(spans);
    if (told && !quietly) onPlace(spans);
  }

  // Of a long document only a part is here: fetch the one that holds the place.
  async function isHere(wanted, place) {
    const { start, end, length } = wanted.slice;
    if (length <= WHOLE || (start <= place && place < end)) return true;
    try {
      wanted.slice = await sliceAround(wanted, place);
      if (wanted === shown) layOut(wanted);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (wanted === shown) parts.show([], error.message);
      return false;
    }
    return wanted === shown;
  }

  function mark(spans) {
    const blocks = shown.leaves.highlight("cited", spans);
    const isBehind = spans.length > 0 && spans[0][0] >= shown.slice.length;
    parts.show(blocks, isBehind ? BEHIND : says(spans === shown.quoted ? shown.quote : undefined, spans) ? "" : CHANGED);
    if (spans.length === 0) body.scrollTop = 0;
    follow();
  }

  // Where the quote is not in the part of a long document that is here, nothing speaks against it.
  function says(quote, spans) {
    const { text, start, end, length } = shown.slice;
    const isHere = length <= WHOLE || spans.every((span) => start <= span[0] && span[1] <= end);
    return !quote || !isHere || isReadAt(text, spans.map((span) => span.map((place) => place - start)), quote);
  }

  function holds({ documentId, quote, spans }) {
    return shown?.documentId === documentId && (shown.leaves === null || says(quote, spans));
  }

  function follow() {
    if (shown?.leaves == null) return;
    const { title, page, section } = place();
    here.textContent = placeLine({ pages: page ? [page.page] : [], section: section ? section.path.slice(-2) : [title] });
    shown.tree?.mark(section);
  }

  function place() {
    const { contents, title } = shown;
    const { block } = position.inSight(shown.leaves);
    if (contents === null || !block) return { title, page: null, section: null };
    return { title, page: pageAt(contents.pages, block.start), section: sectionAt(contents.sections, block.start) };
  }

  // --- what stands around the text -----------------------------------------------------------------------------

  function furnish(wanted) {
    const { documentId, contents, notes } = wanted;
    wanted.tree = contentsTree(contents.sections, go);
    sides.contents.replaceChildren(wanted.tree.element);
    sides.notes.replaceChildren(...(notes.length > 0 ? notesTable(notes, go) : [element("p", { className: "place" }, "This document has no footnotes.")]));
    const wholeText = async () => (wanted.whole ??= wanted.slice.length <= WHOLE ? wanted.slice.text : (await documentText(documentId, 0, wanted.slice.length)).text);
    const placeOf = (start) => placeLine({ pages: [pageAt(contents.pages, start)?.page ?? 1], section: sectionAt(contents.sections, start)?.path.slice(-1) });
    wanted.find = createFind({ documentId, wholeText, placeOf, go, found: (spans) => wanted.leaves.highlight("hit", (wanted.hits = spans)) });
    sides.find.replaceChildren(...wanted.find.nodes);
    views.replaceChildren(
      ...Object.keys(VIEWS).map((name) => viewButton(name, notes)),
      scopeChoice({ document: wanted, pages: [contents.pages.at(0)?.page ?? 1, contents.pages.at(-1)?.page ?? 1], here: place, restrict }),
    );
    show(root.dataset.view);
    follow();
  }

  function viewButton(name, notes) {
    const tally = name === "notes" ? element("span", { className: "tally" }, ` (${notes.length})`) : null;
    return element("button", { type: "button", value: name, onclick: () => show(name, true) }, VIEWS[name], tally);
  }

  function show(view, focused = false) {
    root.dataset.view = view;
    for (const button of views.querySelectorAll("button[value]")) button.setAttribute("aria-pressed", String(button.value === view));
    if (focused && view === "find") shown.find.focus();
    if (view === "contents") shown?.tree?.show();
  }

  function close() {
    beside.close();
    shown = null;
    root.dataset.view = "text";
    here.textContent = "";
    parts.show([]);
    views.replaceChildren();
    for (const side of Object.values(sides)) side.replaceChildren();
    body.replaceChildren();
  }

  return { open, go: (spans) => go(spans, { told: false }), close, holds, entitle };
}
