// Footnotes: the note that opens beside its marker, and the table of all of them.

import { element } from "./dom.js";
import { FOUND, noteText } from "./evidence.js";
import { count } from "./text.js";

const MOST_ROWS = 500; // shown at once; more are found by the filter
const WAYS = { printed: "as printed", ...FOUND };

/** Notes beside their markers, one at a time. `go(spans)` opens a place. Gives `toggle` (see leaves.js) and `close`. */
export function createBeside(go) {
  let card = null; // the note that is open
  let opener = null;

  // The number of a printed note leads back to what calls it; where that is not known, it says what is.
  function toggle(note, button, isCall) {
    const caller = callerOf(note);
    if (!isCall && caller.length > 0) go(caller);
    else if (opener === button) close(true);
    else open(note, button, isCall);
  }

  function open(note, button, isCall) {
    close();
    card = noteCard({ note, isCall, go, close: () => close(true) });
    opener = button;
    (button.closest("sup") ?? button).after(card);
    button.setAttribute("aria-expanded", "true");
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  }

  function close(back = false) {
    card?.remove();
    opener?.setAttribute("aria-expanded", "false");
    if (back && opener?.isConnected) opener.focus({ preventScroll: true });
    card = opener = null;
  }

  return { toggle, close: () => close() };
}

/**
 * A note beside the text that calls it. `go(spans)` opens a place, `close()` puts the note away; `isCall` says that
 * it was opened from its marker, so that the way on leads to where it is printed, else to the sentence that calls it.
 */
function noteCard({ note, isCall, go, close }) {
  const caller = callerOf(note);
  const ways = [
    isCall && note.spans.length > 0 ? ["Where it is printed", note.spans] : null,
    !isCall && caller.length > 0 ? ["The sentence that calls it", caller] : null,
  ].filter((way) => way !== null);
  const card = element("span", { className: "note-card", role: "note", tabIndex: -1, "aria-label": `Footnote ${note.label}` },
    element("span", { className: "note-label" }, note.label),
    element("span", { className: "note-text", dir: "auto" }, noteText(note)),
    element("span", { className: "found" }, howFound(note)),
    element("span", { className: "note-tools" },
      ways.map(([words, spans]) => element("button", { type: "button", className: "tool", onclick: () => go(spans) }, words)),
      element("button", { type: "button", className: "tool", onclick: close }, "Close note")));
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation(); // the note alone, not the pane that it is in
    close();
  });
  return card;
}

/** The spans that call a note: its sentence, or at least its marker; none where both are lost. */
function callerOf({ caller, markers }) {
  return caller.length > 0 ? caller : markers.slice(0, 1);
}

function howFound({ found, confidence, page }) {
  return `On page ${page}; ${found === "printed" ? "marker and number as printed" : WAYS[found]}, ${Math.round(confidence * 100)}% sure`;
}

/** The table of a document's notes, which can be filtered by words and by how a note was found. `go(spans)`: see above. */
export function notesTable(notes, go) {
  const field = element("input", { type: "search", autocomplete: "off", spellcheck: false });
  const ways = element("select", {}, element("option", { value: "" }, "however found"), wayOptions(notes));
  const said = element("p", { className: "place", role: "status" });
  const body = element("tbody");

  function filter() {
    const wanted = field.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const fit = notes.filter((note) => (ways.value === "" || note.found === ways.value) && wanted.every((word) => haystack(note).includes(word)));
    body.replaceChildren(...fit.slice(0, MOST_ROWS).map((note) => noteRow(note, go)));
    const cut = fit.length > MOST_ROWS ? `; the first ${MOST_ROWS} are shown` : "";
    said.textContent = fit.length === notes.length ? count(notes.length, "footnote") + cut : `${fit.length} of ${count(notes.length, "footnote")}${cut}`;
  }

  field.addEventListener("input", filter);
  ways.addEventListener("change", filter);
  filter();
  return [
    element("form", { className: "filters", role: "search", onsubmit: (event) => event.preventDefault() },
      element("label", {}, "Words ", field), element("label", {}, "Found ", ways)),
    said,
    element("div", { className: "table-scroll", tabIndex: 0, role: "region", "aria-label": "Table of footnotes" },
      element("table", { className: "notes" },
        element("thead", {}, element("tr", {}, ["Note", "Page", "Found", "Text", "Called by"].map((name) => element("th", { scope: "col" }, name)))),
        body)),
  ];
}

function wayOptions(notes) {
  return Object.entries(WAYS).map(([found, words]) => {
    const number = notes.filter((note) => note.found === found).length;
    return number > 0 ? element("option", { value: found }, `${words} (${number})`) : null;
  });
}

function haystack(note) {
  return `${note.label} ${note.text} ${note.caller_text}`.toLocaleLowerCase();
}

function noteRow(note, go) {
  const caller = callerOf(note);
  const words = note.caller_text || (caller.length > 0 ? "its marker in the text" : "");
  return element("tr", {},
    element("th", { scope: "row" }, element("button", { type: "button", className: "note-number", "aria-label": `Footnote ${note.label}, read in the source`, onclick: () => go(note.spans) }, note.label)),
    element("td", { "data-name": "Page" }, String(note.page)),
    element("td", { "data-name": "Found", className: note.found }, `${WAYS[note.found]}, ${Math.round(note.confidence * 100)}%`),
    element("td", { dir: "auto" }, noteText(note)),
    element("td", { dir: "auto", "data-name": "Called by" },
      words === "" ? "not known" : element("button", { type: "button", className: "caller", onclick: () => go(caller) }, words)));
}
