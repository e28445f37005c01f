// A document to read: its text with pages and headings, notes beside the text that calls them, contents, all
// footnotes, and a search. It is the same in the pane beside an answer and on a page of its own.

import { ApiError } from "./api.js";
import { contentsTree, pageAt, sectionAt } from "./contents.js";
import { element } from "./dom.js";
import { createFind } from "./find.js";
import { createLeaves } from "./leaves.js";
import { callerOf, noteCard, notesTable } from "./notes.js";
import { scopeChoice } from "./scope.js";
import { documentContents, documentNotes, documentText } from "./shelf.js";
import { placeLine } from "./text.js";

const WHOLE = 1_000_000; // characters; a longer document is shown in parts
const PART = 200_000; // characters on either side of the place in one that is
const SOON_MS = 40; // what stands where is waited for so long before the plain text is shown
const VIEWS = { text: "Text", contents: "Contents", notes: "Footnotes", find: "Find" };

/** Load the looks of reading; gives a promise that is kept when they are there. */
export function readingStyle() {
  const link = element("link", { rel: "stylesheet", href: "/web/reader.css" });
  return new Promise((done) => {
    link.onload = link.onerror = done;
    document.head.append(link);
  });
}

/**
 * Make a reader in `root`. `restrict` takes what is to be asked only; `onPlace(spans)` is called when the reader goes
 * to another place by itself. Gives `open({documentId, title, spans})`, which shows a document with the spans (code
 * points) marked; `go(spans)` in the same document; and `close()`.
 */
export function createReader({ root, restrict, onPlace = () => {} }) {
  const body = element("div", { className: "reader-text", tabIndex: 0, role: "region", "aria-label": "Text of the document" });
  const here = element("p", { className: "reader-here", dir: "auto" });
  const parts = element("p", { className: "reader-parts", hidden: true });
  const views = element("div", { className: "reader-views", role: "group", "aria-label": "Show" });
  const sides = Object.fromEntries(["contents", "notes", "find"].map((name) => [name, element("section", { className: `reader-side ${name}`, "aria-label": VIEWS[name] })]));
  root.classList.add("reader");
  root.replaceChildren(views, element("div", { className: "reader-grid" }, Object.values(sides), element("div", { className: "reader-main" }, here, parts, body)));
  let shown = null; // the document that is shown; also tells a late response from a current one
  let card = null; // the note that is open, {element, button}

  async function open(place) {
    close();
    const wanted = (shown = { ...place, spans: place.spans ?? [], leaves: null, contents: null, notes: [] });
    body.replaceChildren(element("p", { className: "busy" }, "Fetching the document…"));
    show("text");
    try {
      await load(wanted);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (wanted === shown) body.replaceChildren(problem(error, () => open(place)));
    }
  }

  // The text is shown as soon as it is there: what stands where mostly comes with it, the notes a little later.
  async function load(wanted) {
    const contents = documentContents(wanted.documentId);
    const all = Promise.all([contents, documentNotes(wanted.documentId)]);
    all.catch(() => {}); // looked at below
    wanted.slice = await sliceAround(wanted, wanted.spans[0]?.[0] ?? 0);
    wanted.contents = await Promise.race([contents.catch(() => null), new Promise((done) => setTimeout(done, SOON_MS, null))]);
    if (wanted !== shown) return;
    layOut(wanted);
    [wanted.contents, wanted.notes] = await all;
    if (wanted !== shown) return;
    layOut(wanted);
    furnish(wanted);
  }

  async function sliceAround(wanted, place) {
    const slice = wanted.slice ?? (await documentText(wanted.documentId, 0, WHOLE));
    if (slice.length <= WHOLE) return slice;
    return documentText(wanted.documentId, Math.max(0, place - PART), place + PART);
  }

  function layOut(wanted) {
    const { slice, contents, notes, spans } = wanted;
    wanted.leaves = createLeaves({ text: slice.text, start: slice.start, contents, notes, onNote: toggleNote });
    body.replaceChildren(
      ...(slice.start > 0 ? [moreButton("Earlier text", Math.max(0, slice.start - PART))] : []),
      ...wanted.leaves.nodes,
      ...(slice.end < slice.length ? [moreButton("Later text", slice.end)] : []),
    );
    mark(spans);
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

  /** Go to a place of the document that is shown; `quietly`: without marking it as cited. */
  async function go(spans, { quietly = false, told = true } = {}) {
    if (shown?.leaves == null || spans.length === 0) return;
    const wanted = shown;
    if (spans[0][0] < wanted.slice.start || spans[0][0] >= wanted.slice.end) {
      wanted.slice = await sliceAround(wanted, spans[0][0]);
      if (wanted !== shown) return;
      layOut(wanted);
    }
    closeNote();
    if (body.clientHeight === 0) show("text"); // where there is room it stands beside the contents anyway
    if (quietly) reveal(shown.leaves.blockAt(spans[0][0]).element, spans[0]);
    else mark((shown.spans = spans));
    if (told && !quietly) onPlace(spans);
  }

  function mark(spans) {
    const { slice } = shown;
    const blocks = shown.leaves.highlight("cited", spans);
    parts.hidden = true;
    if (blocks.length === 0) {
      if (spans.length > 0 && spans[0][0] >= slice.length) said("The place that was asked for is not in this document; it may have changed.");
      if (spans.length === 0) body.scrollTop = 0;
      follow();
      return;
    }
    // A citation that is read from several blocks, over a page break for instance, has as many parts.
    let part = 0;
    const step = (by) => {
      part = (part + by + blocks.length) % blocks.length;
      words.textContent = `Part ${part + 1} of ${blocks.length}`;
      reveal(blocks[part].element, null);
    };
    const words = element("span", { role: "status" });
    if (blocks.length > 1) {
      parts.replaceChildren(words, element("button", { type: "button", className: "quiet", onclick: () => step(1) }, "Next part"));
      parts.hidden = false;
    }
    step(0);
  }

  function said(sentence) {
    parts.replaceChildren(element("span", { role: "status" }, sentence));
    parts.hidden = false;
  }

  // What is out of sight has no height of its own until it comes into sight, so the way there is looked at again.
  function reveal(element, span, again = 3) {
    const target = (span === null || span[1] > span[0] + 1 ? element.querySelector("mark") : null) ?? element;
    const off = target.getBoundingClientRect().top - body.getBoundingClientRect().top - body.clientHeight / 5;
    if (Math.abs(off) > 1) body.scrollTop += off;
    follow();
    if (again > 0) requestAnimationFrame(() => element.isConnected && reveal(element, span, again - 1));
  }

  function follow() {
    if (shown?.leaves == null) return;
    const now = place();
    const { title, page, section } = now;
    here.textContent = placeLine({ pages: page ? [page.page] : [], section: section ? section.path.slice(-2) : [title] });
    shown.tree?.mark(section);
  }

  function place() {
    const { contents, leaves, title } = shown;
    const top = leaves.top(body.getBoundingClientRect().top + body.clientHeight / 4);
    if (contents === null || !top) return { title, page: null, section: null };
    return { title, page: pageAt(contents.pages, top.start), section: sectionAt(contents.sections, top.start) };
  }

  let drawn = false;
  body.addEventListener("scroll", () => {
    if (drawn) return;
    drawn = true;
    requestAnimationFrame(() => {
      drawn = false;
      follow();
    });
  }, { passive: true });

  // --- notes -------------------------------------------------------------------------------------------------

  function toggleNote(note, button, isCall) {
    if (!isCall) return callerOf(note).length > 0 ? go(callerOf(note)) : openNote(note, button, false);
    if (card?.button === button) return closeNote(true);
    return openNote(note, button, true);
  }

  function openNote(note, button, isCall) {
    closeNote();
    const node = noteCard({ note, isCall, go, close: () => closeNote(true) });
    (button.closest("sup") ?? button).after(node);
    button.setAttribute("aria-expanded", "true");
    card = { element: node, button };
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
  }

  function closeNote(back = false) {
    if (card === null) return;
    const { element: node, button } = card;
    card = null;
    node.remove();
    button.setAttribute("aria-expanded", "false");
    if (back && button.isConnected) button.focus({ preventScroll: true });
  }

  // --- what stands around the text -----------------------------------------------------------------------------

  function furnish(wanted) {
    const { documentId, contents, notes } = wanted;
    const pages = contents.pages.map(({ page }) => page);
    wanted.tree = contentsTree(contents.sections, go);
    sides.contents.replaceChildren(wanted.tree.element);
    sides.notes.replaceChildren(...(notes.length > 0 ? notesTable(notes, go) : [element("p", { className: "place" }, "This document has no footnotes.")]));
    const wholeText = async () => (wanted.whole ??= wanted.slice.length <= WHOLE ? wanted.slice.text : (await documentText(documentId, 0, wanted.slice.length)).text);
    const placeOf = (start) => placeLine({ pages: [pageAt(contents.pages, start)?.page ?? 1], section: sectionAt(contents.sections, start)?.path.slice(-1) });
    wanted.find = createFind({ documentId, wholeText, placeOf, go, found: (spans) => wanted.leaves.highlight("hit", spans) });
    sides.find.replaceChildren(...wanted.find.nodes);
    views.replaceChildren(
      ...Object.keys(VIEWS).map((name) => viewButton(name, notes)),
      scopeChoice({ document: wanted, pages: [Math.min(...pages), Math.max(...pages)], here: place, restrict }),
    );
    show(root.dataset.view);
    follow();
  }

  function viewButton(name, notes) {
    const words = name === "notes" ? `${VIEWS[name]} (${notes.length})` : VIEWS[name];
    return element("button", { type: "button", value: name, onclick: () => show(name, true) }, words);
  }

  function show(view, focused = false) {
    root.dataset.view = view;
    for (const button of views.querySelectorAll("button[value]")) button.setAttribute("aria-pressed", String(button.value === view));
    if (focused && view === "find") shown.find.focus();
    if (view === "contents") shown?.tree?.show();
  }

  function close() {
    closeNote();
    shown = null;
    root.dataset.view = "text";
    here.textContent = "";
    parts.hidden = true;
    views.replaceChildren();
    for (const side of Object.values(sides)) side.replaceChildren();
    body.replaceChildren();
  }

  return { open, go: (spans) => go(spans, { told: false }), close, focus: () => body.focus({ preventScroll: true }), documentId: () => shown?.documentId ?? null, entitle };
}

function problem(error, again) {
  return element("div", { className: "problem", role: "alert" }, element("p", {}, error.message),
    element("button", { type: "button", className: "quiet", onclick: again }, "Try again"));
}
