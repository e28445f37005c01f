// What the page shows before anything is asked: examples, earlier conversations, and the documents.

import { ApiError, documents } from "./api.js";
import { timeOf } from "./conversation.js";
import { byId, element } from "./dom.js";
import { addressOfPlace, count } from "./text.js";

const MOST_EXAMPLES = 4;
const MOST_DOCUMENTS = 8; // listed here; all are under their own address

/** Fill the start of the page. `store` keeps conversations (conversation.js). */
export async function showStart(store) {
  showEarlier(byId("earlier"), store.list(), store.forget);
  const list = byId("documents");
  try {
    const all = await documents();
    showExamples(byId("examples"), all);
    list.replaceChildren(all.length > 0 ? documentList(all) : element("p", {}, "There are no documents yet."), manage(all));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    list.replaceChildren(element("p", { className: "problem" }, error.message));
  }
  byId("shelf").hidden = false; // not before: the examples, which come with it, would move it
}

// What a document was said to answer when it was put in: the first question of each, then the second of each.
function showExamples(section, all) {
  const most = Math.max(0, ...all.map((entry) => entry.questions.length));
  const turns = Array.from({ length: most }, (_, turn) => all.flatMap((entry) => entry.questions.slice(turn, turn + 1)));
  const questions = [...new Set(turns.flat())].slice(0, MOST_EXAMPLES);
  section.hidden = questions.length === 0;
  section.querySelector("ul").replaceChildren(...questions.map((question) =>
    element("li", {}, element("a", { href: `/?${new URLSearchParams({ q: question })}`, dir: "auto" }, question))));
}

function manage(all) {
  const some = all.length > MOST_DOCUMENTS ? `All ${count(all.length, "document")}` : "All documents";
  const words = all.length > 0 ? `${some}: add, ask only one, delete` : "Add the first one";
  return element("p", { className: "place" }, element("a", { href: "/documents" }, words));
}

function documentList(all) {
  return element("ul", { className: "documents" },
    all.slice(0, MOST_DOCUMENTS).map((entry) => element("li", {}, documentLines(entry))));
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

// Conversations ({id, turns}, newest first) that this browser keeps; `forget(id)` drops one for good.
function showEarlier(section, conversations, forget) {
  section.hidden = conversations.length === 0;
  const list = element("ul", { className: "earlier" }, conversations.map((one) => earlierItem(one, dropped)));
  section.querySelector("ul")?.remove();
  section.append(list);

  function dropped(id, item) {
    const next = item.nextElementSibling ?? item.previousElementSibling;
    forget(id);
    item.remove();
    section.hidden = list.childElementCount === 0;
    (next?.querySelector("button") ?? byId("question")).focus();
  }
}

function earlierItem({ id, turns }, dropped) {
  const title = turns[0].question;
  const when = timeOf(id).toLocaleDateString(undefined, { day: "numeric", month: "long", year: "numeric" });
  const item = element("li", {},
    element("a", { href: "/", "data-conversation": id, dir: "auto" }, title),
    element("span", { className: "place" }, `${when} · ${count(turns.length, "question")}`));
  item.append(element("button", {
    type: "button", className: "tool", "aria-label": `Forget: ${title}`, onclick: () => dropped(id, item),
  }, "Forget"));
  return item;
}
