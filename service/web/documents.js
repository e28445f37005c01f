// The documents that can be asked about, as the first view lists them.

import { ApiError, documents } from "./api.js";
import { element } from "./dom.js";
import { addressOfPlace, count } from "./text.js";

/** Fill `container` with the list of documents, each a link to where it is read. */
export async function showDocuments(container) {
  try {
    const all = await documents();
    container.replaceChildren(all.length > 0 ? documentList(all) : element("p", {}, "There are no documents yet."), manage(all));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    container.replaceChildren(element("p", { className: "problem" }, error.message));
  }
}

function manage(all) {
  const words = all.length > 0 ? "All documents: add, ask only one, delete" : "Add the first one";
  return element("p", { className: "place" }, element("a", { href: "/documents" }, words));
}

function documentList(all) {
  return element("ul", { className: "documents" }, all.map((entry) => element("li", {}, documentLines(entry))));
}

/** A document's title, which leads to it, who it is by, and its counts. */
export function documentLines(entry) {
  const by = origin(entry);
  return [
    element("a", { href: addressOfPlace(entry.id), className: "title", dir: "auto" }, entry.title),
    by ? element("p", { className: "place", dir: "auto" }, by) : null,
    element("p", { className: "place" }, counts(entry)),
  ];
}

/** Who a document is by, and when. */
export function origin({ authors = [], publisher, date }) {
  const names = authors.length > 3 ? `${authors[0]} and ${authors.length - 1} others` : authors.join(", ");
  return [names, publisher, date].filter(Boolean).join(", ");
}

function counts({ passages, footnotes, characters }) {
  return [count(passages, "passage"), count(footnotes, "footnote"), count(characters, "character")].join(" · ");
}
