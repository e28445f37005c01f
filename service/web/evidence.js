// What stands behind an answer: citations, passages and their footnotes.

import { element, webLink } from "./dom.js";
import { count, pageRange, splitUrls } from "./text.js";

const FOUND = {
  repaired: "repaired from damaged print",
  inferred: "inferred from its neighbours",
  lost: "its marker is lost",
};
const KINDS = { footnote: "Footnote", table: "Table" };

/** The list under an answer: each citation with its place, footnotes and whether it was verified. */
export function citationList(citations, openSource) {
  return element(
    "section",
    { className: "evidence", "aria-labelledby": "citations-heading" },
    element("h3", { id: "citations-heading" }, count(citations.length, "citation")),
    element("ol", { className: "citations" }, citations.map((citation) => citationItem(citation, openSource))),
  );
}

/** The id of a citation's list item, which its marks in the answer point to. */
export function citationId(mark) {
  return `citation-${mark}`;
}

/** The nearest passages, for the reader to judge. */
export function passageList(hits, openSource) {
  return element("ul", { className: "citations" }, hits.map((hit) => passageItem(hit, openSource)));
}

function citationItem(citation, openSource) {
  return evidenceItem(
    { id: citationId(citation.mark), label: `[${citation.mark}]`, text: citation.quote, source: citation, openSource },
    verification(citation.verified),
  );
}

function passageItem(hit, openSource) {
  const kind = KINDS[hit.kind] ? element("p", { className: "kind" }, KINDS[hit.kind]) : null;
  return evidenceItem({ id: "", label: "", text: hit.text, source: hit, openSource }, kind);
}

function evidenceItem({ id, label, text, source, openSource }, remark) {
  const item = element("li", { id, className: "citation" });
  const open = () => openSource({ ...placed(source), spans: source.spans, item });
  const quote = element("blockquote", { onclick: () => isSelecting() || open() }, text);
  const button = element("button", { type: "button", className: "title", onclick: open }, source.document_title);
  if (label) button.prepend(element("span", { className: "visually-hidden" }, `Citation ${label}, read in `));
  item.append(
    ...(label ? [element("span", { className: "number", "aria-hidden": "true" }, label)] : []),
    quote,
    element("p", { className: "place" }, button, ...placeAfterTitle(source)),
  );
  if (remark) item.append(remark);
  if (source.footnotes?.length) item.append(footnoteList(source, item, openSource));
  return item;
}

function placeAfterTitle({ pages, section }) {
  const range = pageRange(pages);
  const path = (section ?? []).join(" › ");
  return [
    range ? element("span", { className: "pages" }, `, ${range}`) : null,
    path ? element("span", { className: "section" }, path) : null,
  ].filter((part) => part !== null);
}

function placed({ document_id: documentId, document_title: title, section, pages }) {
  return { documentId, title, section, pages };
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
  const show = () =>
    openSource({ ...placed(source), part: `Footnote ${footnote.number}`, pages: [], spans: footnote.spans, item });
  const number = footnote.spans?.length
    ? element("button", { type: "button", className: "note-number", onclick: show,
        "aria-label": `Footnote ${footnote.number}, read in the source` }, String(footnote.number))
    : element("span", { className: "note-number" }, String(footnote.number));
  const found = FOUND[footnote.found];
  return element(
    "li",
    {},
    number,
    element("span", {}, noteText(footnote), found ? element("span", { className: "found" }, ` (${found})`) : null),
  );
}

// Addresses are linked where the note prints them; one the note prints differently comes after it.
function noteText({ text, urls = [] }) {
  const parts = splitUrls(text, urls);
  const printed = new Set(parts.filter((part) => part.url).map((part) => part.text));
  const rest = urls.filter((url) => !printed.has(url));
  return [
    ...parts.map((part) => (part.url ? webLink(part.text) : part.text)),
    ...rest.flatMap((url) => [" ", webLink(url)]),
  ];
}
