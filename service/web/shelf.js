// What only reading needs: its looks, and the service's calls about documents. Failures are ApiErrors, as in api.js.

import { ApiError, call, told } from "./api.js";
import { element } from "./dom.js";

let style = null; // that of all that is read

/** Load the looks of reading, once; gives a promise that is kept when they are there. A page to read in has them. */
export function readingStyle() {
  if (document.querySelector("head link[href$='/reader.css']") && style === null) style = Promise.resolve();
  style ??= new Promise((done) => {
    document.head.append(element("link", { rel: "stylesheet", href: "/web/reader.css", onload: done, onerror: done }));
  });
  return style;
}

/** What is known of a document. */
export function documentInfo(id) {
  return call(at(id));
}

/** The exact text of a document from `start` to `end`, in code points; `end` is clamped. */
export function documentText(id, start, end) {
  return call(`${at(id)}/text?start=${start}&end=${end}`);
}

/** What stands where in a document: {sections, pages, blocks}. */
export function documentContents(id) {
  return call(`${at(id)}/contents`);
}

/** All footnotes of a document, by key. */
export async function documentNotes(id) {
  return (await call(`${at(id)}/footnotes`)).footnotes;
}

/** Passages for a query, best first. */
export async function search(body) {
  const headers = { "Content-Type": "application/json" };
  return (await call("/v1/search", { method: "POST", headers, body: JSON.stringify(body) })).hits;
}

/** Take a document out of the index. */
export function deleteDocument(id) {
  return call(at(id), { method: "DELETE" });
}

/** Put a file into the index; `progress({done, total})` is called while that goes on. Gives the document. */
export async function upload(file, progress, signal) {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch (error) {
    throw new ApiError(`${file.name} cannot be read; choose it again, or the files in it if it is a folder.`, { cause: error });
  }
  const body = new FormData();
  body.append("file", file, file.name);
  const options = { method: "POST", headers: { Accept: "text/event-stream" }, body, signal };
  return told("/v1/documents", options, "document", (_, data) => progress(data));
}

function at(id) {
  return `/v1/documents/${encodeURIComponent(id)}`;
}
