// Looking for something in one document: its words as they stand, or passages that are about it.

import { ApiError } from "./api.js";
import { element } from "./dom.js";
import { search } from "./shelf.js";
import { count, occurrences, offsets, placeLine } from "./text.js";

const WAIT_MS = 150; // after the last key
const AROUND = 60; // characters shown on either side
const MOST_SHOWN = 200;

/**
 * A panel that looks in a document. `wholeText()` promises its text, `placeOf(start)` says in words where that is,
 * `go(spans, {quietly})` opens a place, `found(spans)` marks what was found.
 */
export function createFind({ documentId, wholeText, placeOf, go, found }) {
  const field = element("input", { type: "search", autocomplete: "off", spellcheck: false, dir: "auto" });
  const said = element("p", { className: "place", role: "status" });
  const list = element("ol", { className: "hits" });
  const about = element("button", { type: "button", className: "quiet", onclick: byMeaning }, "Passages about it");
  let spans = [];
  let shown = -1;
  let timer = 0;
  let latest = null; // tells a late result from a current one

  async function byWords() {
    const wanted = (latest = { words: field.value });
    const text = await trying(wholeText);
    if (text === null || wanted !== latest) return;
    const at = offsets(text);
    const hits = occurrences(text, field.value);
    spans = hits.map((hit) => hit.map(at.point));
    shown = -1;
    found(spans);
    list.replaceChildren(...hits.slice(0, MOST_SHOWN).map((hit, index) => wordsItem(text, hit, index)));
    const cut = hits.length > MOST_SHOWN ? `; the first ${MOST_SHOWN} are listed` : "";
    said.textContent = field.value.trim() === "" ? "" : `${hits.length === 0 ? "Not found" : count(hits.length, "place")}${cut}`;
  }

  function wordsItem(text, [from, to], index) {
    const before = text.slice(Math.max(0, from - AROUND), from).replace(/^\S*\s/, "");
    return hitItem(placeOf(spans[index][0]), () => step(index),
      [from > AROUND ? "…" : "", before, element("mark", { className: "hit" }, text.slice(from, to)), text.slice(to, to + AROUND).replace(/\s\S*$/, ""), "…"]);
  }

  async function byMeaning() {
    clearTimeout(timer);
    const wanted = (latest = { words: field.value });
    if (field.value.trim() === "") return field.focus();
    said.textContent = "Looking…";
    const hits = await trying(() => search({ query: field.value, filters: { document_ids: [documentId] } }));
    if (hits === null || wanted !== latest) return;
    spans = [];
    found([]);
    list.replaceChildren(...hits.map((hit) => hitItem(placeLine({ pages: hit.pages, section: hit.section.slice(-1) }), () => go(hit.spans), hit.text)));
    said.textContent = `${count(hits.length, "passage")}, the nearest first`;
  }

  function hitItem(where, open, words) {
    return element("li", {}, element("button", { type: "button", onclick: open },
      element("span", { dir: "auto" }, words), element("span", { className: "place" }, where)));
  }

  function step(index) {
    if (spans.length === 0) return;
    shown = (index + spans.length) % spans.length;
    said.textContent = `Place ${shown + 1} of ${spans.length}`;
    go([spans[shown]], { quietly: true });
  }

  async function trying(work) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      said.textContent = error.message;
      return null;
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(byWords, WAIT_MS);
  });
  const form = element("form", { className: "filters", role: "search" }, element("label", {}, "Find in this document ", field), about);
  form.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    if (event.shiftKey) step(Math.max(shown, 0) - 1);
    else step(shown + 1);
  });
  return { nodes: [form, said, list], focus: () => field.focus() };
}
