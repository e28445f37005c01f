// The documents that can be asked about.

import { ApiError, documents } from "./api.js";
import { element } from "./dom.js";
import { count } from "./text.js";

/** Fill `container` with the list of documents; choosing one opens it at its beginning. */
export async function showDocuments(container, openSource) {
  try {
    const all = await documents();
    container.replaceChildren(all.length > 0 ? documentList(all, openSource) : none());
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    container.replaceChildren(element("p", { className: "problem" }, error.message));
  }
}

function none() {
  return element("p", {}, "There are no documents yet; add some with: ", element("code", {}, "ibid ingest PATH"));
}

function documentList(all, openSource) {
  return element("ul", { className: "documents" }, all.map((entry) => documentItem(entry, openSource)));
}

function documentItem(entry, openSource) {
  const item = element("li");
  const open = () => openSource({ documentId: entry.id, title: entry.title, pages: [], section: [], spans: [], item });
  const by = [authors(entry.authors ?? []), entry.publisher, entry.date].filter(Boolean).join(", ");
  item.append(
    element("button", { type: "button", className: "title", onclick: open }, entry.title),
    ...(by ? [element("p", { className: "place" }, by)] : []),
    element("p", { className: "place" }, counts(entry)),
  );
  return item;
}

function authors(names) {
  return names.length > 3 ? `${names[0]} and ${names.length - 1} others` : names.join(", ");
}

function counts({ passages, footnotes, characters }) {
  return [count(passages, "passage"), count(footnotes, "footnote"), count(characters, "character")].join(" · ");
}
