// What stands behind an answer: citations, passages and their footnotes, and the card that a mark shows.

import { byId, element, webLink } from "./dom.js";
import { placeLine, splitUrls } from "./text.js";

/** How a footnote was found, where that was not as it is printed. */
export const FOUND = {
  repaired: "repaired from damaged print",
  inferred: "inferred from its neighbours",
  lost: "its marker is lost",
};
const KINDS = { footnote: "Footnote", table: "Table" };

/**
 * The list under an answer: each citation with its place, footnotes and whether it was verified. A quote that the
 * answer itself shows word for word is not shown twice. `target(mark)` is the id of a citation's item.
 */
export function citationList({ answer, citations }, target, openSource) {
  return element("ol", { className: "citations" }, citations.map((citation) => {
    const { mark, quote, verified } = citation;
    const text = answer.includes(quote) ? null : quote;
    const item = evidenceItem({ source: citation, text, label: `Citation ${mark}: read in `, openSource });
    item.id = target(mark);
    item.prepend(element("span", { className: "number", "aria-hidden": "true" }, `[${mark}]`));
    item.querySelector(".where").append(verification(verified));
    return item;
  }));
}

/** Passages for the reader to judge. */
export function passageList(hits, openSource) {
  return element("ul", { className: "citations" }, hits.map((hit) => passageItem(hit, openSource)));
}

/** What a mark's card says: the quote, where it stands, and whether it was verified. */
export function quoteCard(citation) {
  return [
    element("blockquote", { dir: "auto" }, citation.quote),
    element("p", { className: "place", dir: "auto" }, citation.document_title),
    element("p", { className: "place", dir: "auto" }, placeLine(citation)),
    verification(citation.verified),
  ];
}

function passageItem(hit, openSource) {
  return evidenceItem({ source: hit, text: hit.text, label: "Read in ", part: KINDS[hit.kind], openSource });
}

function evidenceItem({ source, text, label, part, openSource }) {
  const item = element("li", { className: "citation" });
  const open = () => openSource({ ...placeOf(source), part, item });
  const place = placeLine({ ...source, part });
  const quote = () => element("blockquote", { dir: "auto", onclick: () => isSelecting() || open() }, text);
  item.append(
    ...(text === null ? [] : [quote()]),
    element(
      "div",
      { className: "where" },
      element("button", { type: "button", className: "title", dir: "auto", onclick: open },
        element("span", { className: "visually-hidden" }, label), source.document_title),
      place ? element("p", { dir: "auto" }, place) : null,
    ),
    ...(source.footnotes?.length ? [footnoteList(source, item, openSource)] : []),
  );
  return item;
}

/** Where a citation or passage stands, as the source pane wants it; what was verified there once is its `quote`. */
export function placeOf({ document_id: documentId, document_title: title, section, pages, spans, verified, quote }) {
  return { documentId, title, section, pages, spans, quote: verified ? quote : undefined };
}

// Someone who drags over a quote to copy it does not want the source to open.
function isSelecting() {
  return !window.getSelection().isCollapsed;
}

function verification(verified) {
  return verified
    ? element("p", { className: "verified" }, "✓ Verified word for word")
    : element("p", { className: "unverified" }, "Not verified: compare this quote with the source");
}

function footnoteList(source, item, openSource) {
  return element(
    "ul",
    { className: "footnotes", "aria-label": "Footnotes" },
    source.footnotes.map((footnote) => footnoteItem(footnote, source, item, openSource)),
  );
}

function footnoteItem(footnote, source, item, openSource) {
  const { label } = footnote;
  const show = () =>
    openSource({ ...placeOf(source), part: `Footnote ${label}`, pages: [], spans: footnote.spans, quote: undefined, item });
  const number = footnote.spans?.length
    ? element("button", { type: "button", className: "note-number", onclick: show,
        "aria-label": `Footnote ${label}, read in the source` }, label)
    : element("span", { className: "note-number" }, label);
  const remarks = [FOUND[footnote.found], referenceTo(footnote, source.footnotes)].filter(Boolean).join("; ");
  return element(
    "li",
    {},
    number,
    element("span", { dir: "auto" }, noteText(footnote), remarks ? element("span", { className: "found" }, ` (${remarks})`) : null),
  );
}

// What "Ibid." points at. A note that is not shown beside it is known by its key only; that is its number as
// long as the numbering has not started anew.
function referenceTo({ refers_to: key, ...note }, shown) {
  if (key == null) return null;
  const other = shown.find((footnote) => footnote.key === key);
  if (other) return `see note ${other.label}`;
  return note.key === note.number && note.label === String(note.number) ? `see note ${key}` : "see an earlier note";
}

/** A note's text. Addresses are linked where the note prints them; one it prints differently comes after it. */
export function noteText({ text, urls = [] }) {
  const parts = splitUrls(text, urls);
  const printed = new Set(parts.filter((part) => part.url).map((part) => part.text));
  const rest = urls.filter((url) => !printed.has(url));
  return [
    ...parts.map((part) => (part.url ? webLink(part.text) : part.text)),
    ...rest.flatMap((url) => [" ", webLink(url)]),
  ];
}

// --- one card for the whole page: what stands behind a mark, shown while the pointer or the focus is on it ---

const DELAY = 120; // milliseconds before it shows: a pointer that only passes by raises nothing
const GRACE = 200; // and before it goes, so that the pointer can move onto it
const GAP = 8; // pixels between it and what it belongs to, and the edge of the window

const card = element("div", { id: "card", className: "card", role: "tooltip", hidden: true });
let owner = null;
let timer = 0;

/** Show a card for `node` while it is hovered or focused; `content()` gives the card's children. */
export function attachCard(node, content) {
  const later = (event) => event.pointerType !== "touch" && after(DELAY, () => show(node, content()));
  node.addEventListener("pointerenter", later);
  node.addEventListener("pointerleave", () => after(GRACE, hide));
  node.addEventListener("focus", () => node.matches(":focus-visible") && show(node, content()));
  node.addEventListener("blur", hide);
}

/** Take the card away, as before what it belongs to goes. */
export function hide() {
  clearTimeout(timer);
  owner?.removeAttribute("aria-describedby");
  owner = null;
  card.hidden = true;
}

function show(node, children) {
  hide();
  if (!node.isConnected) return;
  if (!card.isConnected) byId("asking").append(card);
  owner = node;
  card.replaceChildren(...children);
  card.hidden = false;
  node.setAttribute("aria-describedby", card.id);
  place(node.getBoundingClientRect(), card.getBoundingClientRect());
}

function place(at, { width, height }) {
  const left = Math.min(at.left, document.documentElement.clientWidth - width - GAP);
  const below = at.bottom + GAP + height <= window.innerHeight;
  card.style.left = `${Math.max(GAP, left)}px`;
  card.style.top = `${Math.max(GAP, below ? at.bottom + GAP : at.top - GAP - height)}px`;
}

function after(milliseconds, act) {
  clearTimeout(timer);
  timer = setTimeout(act, milliseconds);
}

card.addEventListener("pointerenter", () => clearTimeout(timer));
card.addEventListener("pointerleave", () => after(GRACE, hide));
window.addEventListener("scroll", hide, { passive: true });
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || card.hidden) return;
  event.preventDefault(); // it closes the card alone, and not what lies under it
  hide();
}, { capture: true });
