// The page: its addresses, and the two sides put together. Asking lives at / and /?q=…, reading at /documents
// and below. What the first view does not need is loaded when it is first used.

import { createAsk } from "./ask.js";
import { showDocuments } from "./documents.js";
import { byId, element } from "./dom.js";

const READING = /^\/documents(\/|$)/;
const EXAMPLES = [
  "When did Russia and China sign the Treaty's extension, and for how long?",
  "How many tonnes of beef did China buy from Russia in 2021?",
  "Who opened the Shanghai conference of March 2016?",
];

const asking = createAsk({ onQuestion: goTo, openSource });
let source = null; // the source pane, once one was opened

/** Show where something stands: {documentId, title, section, pages, spans, part, item}. */
async function openSource(place) {
  source ??= (await import("./source.js")).createSource({ restrict, goTo });
  return source.open(place);
}

/** Ask only part of the documents from now on: {document_ids, section_prefix, pages, label}; null lifts it. */
function restrict(restriction) {
  asking.restrict(restriction);
}

/** Ask a question and give it its own address; asking the same one again adds no history. */
function goTo(question) {
  const address = `/?${new URLSearchParams({ q: question })}`;
  if (question === questionInAddress()) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  name(question);
  source?.close();
  showSide();
  asking.show(question);
}

/** Show what the address says, as after a reload or the browser's back and forward. */
function follow() {
  source?.close();
  if (showSide() === "reading") return;
  const question = questionInAddress();
  name(question);
  if (question) asking.restore(question);
  else asking.clear();
}

function showSide() {
  const reading = READING.test(location.pathname);
  byId("asking").hidden = reading;
  byId("library").hidden = !reading;
  return reading ? "reading" : "asking";
}

function questionInAddress() {
  return (new URLSearchParams(location.search).get("q") ?? "").trim();
}

function name(question) {
  document.title = question ? `${question} · Ibid` : "Ibid";
}

function exampleItem(question) {
  return element("li", {}, element("button", { type: "button", onclick: () => goTo(question) }, question));
}

byId("examples").append(...EXAMPLES.map(exampleItem));
byId("home").addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", "/");
  follow();
  asking.focus();
});
window.addEventListener("popstate", follow);
showDocuments(byId("documents"), openSource);
follow();
