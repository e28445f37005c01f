// The page: its address, its examples, and the parts put together.

import { createAsk } from "./ask.js";
import { showDocuments } from "./documents.js";
import { byId, element } from "./dom.js";
import { createSource } from "./source.js";

const EXAMPLES = [
  "When did Russia and China sign the Treaty's extension, and for how long?",
  "How many tonnes of beef did China buy from Russia in 2021?",
  "Who opened the Shanghai conference of March 2016?",
];

const source = createSource();
const asking = createAsk({ onQuestion: goTo, openSource: source.open });

/** Ask a question and give it its own address; asking the same one again adds no history. */
function goTo(question) {
  const address = `/?${new URLSearchParams({ q: question })}`;
  if (question === questionInAddress()) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  name(question);
  source.close();
  asking.show(question);
}

/** Show what the address says, as after a reload or the browser's back and forward. */
function follow() {
  const question = questionInAddress();
  name(question);
  source.close();
  if (question) asking.restore(question);
  else asking.clear();
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
showDocuments(byId("documents"), source.open);
follow();
