// The page: its addresses, and the two sides put together. Asking lives at / and /?q=…, reading at /documents
// and below. Each entry of the browser's history that shows a conversation holds {conversation, turn} as its state.
// What the first view does not need is loaded when it is first used.

import { createForm } from "./controls.js";
import { createStore } from "./conversation.js";
import { byId } from "./dom.js";

const READING = /^\/documents(\/|$)/;
const MOST_IN_ADDRESS = 2000; // characters of a question; servers and proxies refuse addresses that are much longer

const store = createStore();
const form = createForm({ onAsk: goTo, onStop: () => talk?.stop(), lastQuestion: () => talk?.turns.at(-1)?.question });
let talk = null; // the conversation, once there is one
let source = null; // the source pane, once one was opened
let library = null; // the reading side, once it was shown

/** Show where something stands: {documentId, title, section, pages, spans, part, item}. */
async function openSource(place) {
  source ??= (await part(import("./source.js"))).createSource({ restrict });
  return source.open(place);
}

/** Ask only part of the documents from now on: {document_ids, section_prefix, pages, label}; null lifts it. */
async function restrict(restriction) {
  if (READING.test(location.pathname)) { // one goes on asking where one was
    history.pushState(talk?.turns.length ? stateOf(talk.turns.at(-1)) : null, "", "/");
    await follow();
  }
  form.restrict(restriction);
  form.focus();
}

/** Ask a question in the conversation that is open, and give it its own address. */
async function goTo(question) {
  await talking(question);
  source?.close();
  const turn = talk.add({ question, ...form.choices() });
  history.pushState(stateOf(turn), "", addressOf(turn));
  arrange(turn, { focus: false }); // who types goes on typing
}

/** Show what the address says, as after a reload or the browser's back and forward. */
async function follow() {
  source?.close();
  const asked = askedIn(location.search);
  if (history.state?.conversation && (await resumed(history.state))) return;
  if (asked && !READING.test(location.pathname)) await begin(asked);
  else await arrange(null);
}

// A question that stands in an address is asked on its own: what was said before belongs to another conversation.
async function begin({ question, restriction }) {
  await talking(question);
  talk.open(null);
  form.restrict(restriction);
  const turn = talk.add({ question, ...form.choices() });
  history.replaceState(stateOf(turn), "", location.href);
  arrange(turn);
}

async function resumed({ conversation, turn }) {
  if (!talk?.holds(conversation)) {
    const kept = store.read(conversation);
    if (!kept?.turns.length) return false;
    (await talking()).open(kept);
    form.restrict(kept.turns.at(-1).restriction ?? null); // what comes next is asked of the same as what came last
  }
  arrange(talk.turns.find(({ id }) => id === turn) ?? talk.turns.at(-1));
  return true;
}

/** Arrange the page around a turn of the conversation, or around none, where it starts or where one reads. */
function arrange(turn, { focus = true } = {}) {
  const reading = READING.test(location.pathname);
  byId("asking").hidden = reading;
  byId("library").hidden = !reading;
  document.body.classList.toggle("reading", reading);
  if (reading) return showLibrary();
  document.body.classList.remove("reading-one");
  if (turn === null) talk?.open(null);
  document.body.classList.toggle("talking", turn !== null);
  byId("start").hidden = turn !== null;
  byId("question").labels[0].textContent = turn === null ? "Your question" : "Your next question";
  document.title = turn === null ? "Ibid" : `${turn.question.slice(0, 200)} · Ibid`;
  if (turn === null) start();
  else talk.go(turn.id, focus);
}

async function talking(question = "") {
  if (talk !== null) return talk;
  try {
    const { createTalk } = await part(import("./talk.js"));
    talk ??= createTalk({ store, openSource, onRunning: form.running, addressOf });
  } catch (error) {
    form.put(question); // nothing is typed twice
    throw error;
  }
  return talk;
}

async function showLibrary() {
  document.body.classList.remove("talking");
  library ??= (await part(import("./library.js"))).createLibrary({ restrict });
  if (READING.test(location.pathname)) await library.show();
}

async function start() {
  scrollTo(0, 0);
  (await part(import("./start.js"))).showStart(store);
}

// A part of the page on its way; where it does not come, the page says so.
async function part(loading) {
  try {
    return await loading;
  } catch (error) {
    byId("trouble").hidden = false;
    throw error;
  }
}

function stateOf(turn) {
  return { conversation: talk.id, turn: turn.id };
}

function addressOf({ question, restriction }) {
  if (question.length > MOST_IN_ADDRESS) return "/";
  const { document_ids = [], section_prefix = [], pages } = restriction ?? {};
  const named = [["document", document_ids], ["section", section_prefix], ["pages", pages ? [pages.join("-")] : []]];
  const parts = named.flatMap(([name, values]) => values.map((value) => [name, value]));
  return `/?${new URLSearchParams([["q", question], ...parts])}`;
}

/** What an address asks: {question, restriction}, or null. The other way round than `addressOf`. */
function askedIn(search) {
  const given = new URLSearchParams(search);
  const question = (given.get("q") ?? "").trim();
  const pages = /^(\d{1,9})-(\d{1,9})$/.exec(given.get("pages"))?.slice(1).map(Number);
  const restriction = { document_ids: given.getAll("document"), section_prefix: given.getAll("section"), pages };
  const isRestricted = pages || restriction.document_ids.length > 0 || restriction.section_prefix.length > 0;
  return question === "" ? null : { question, restriction: isRestricted ? restriction : null };
}

function isPlain(event) {
  return event.button === 0 && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey;
}

// Links within the page change the address, and the page follows it.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/']:not([target])");
  if (!link || !isPlain(event)) return;
  event.preventDefault();
  const { conversation, turn } = link.dataset;
  const state = conversation ? { conversation, turn } : null;
  history.pushState(state, "", link.getAttribute("href"));
  follow();
  if (link.pathname === "/" && !link.search) form.focus();
});

document.addEventListener("keydown", (event) => {
  const isElsewhere = READING.test(location.pathname) || document.querySelector("dialog[open]");
  if (event.key === "Escape" && !event.defaultPrevented && !isElsewhere) talk?.stop();
  if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.focus();
  }
});

// Files that are dropped beside the list of documents go there, too: the browser would leave the page for them.
for (const name of ["dragover", "drop"]) {
  window.addEventListener(name, async (event) => {
    if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (name === "dragover") return;
    const files = [...event.dataTransfer.files];
    history.pushState(null, "", "/documents");
    await follow();
    library.add(files);
  });
}

history.scrollRestoration = "manual"; // one comes back to a turn, however long the page has become since
window.addEventListener("popstate", follow);
byId("ask").addEventListener("focusin", () => import("./talk.js").catch(() => {}), { once: true }); // it will be needed
follow();
