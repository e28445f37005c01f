// What of a document is selected: each text node of its text is remembered with the place where it begins, so that a
// selection can be given an address.

import { element } from "./dom.js";

const SAID_MS = 2000; // milliseconds for which a button says what came of it
const WORDS = "Copy link to selection";

/**
 * Remembers what stands where. `remember(nodes, start)` takes the nodes of a stretch of text that begins at `start`
 * (code points), strings, text nodes or elements that hold one, and gives them as nodes; `spanOf(range, root)` is the
 * span of what a Range selects of them inside `root`, or null.
 */
export function createPlaces() {
  const starts = new WeakMap();

  function remember(nodes, start) {
    let place = start;
    return nodes.map((node) => {
      const shown = typeof node === "string" ? document.createTextNode(node) : node;
      const text = shown.firstChild ?? shown;
      starts.set(text, place);
      place += points(text.data);
      return shown;
    });
  }

  function spanOf(range, root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, (node) =>
      starts.has(node) && range.intersectsNode(node) ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP);
    let span = null;
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const from = node === range.startContainer ? range.startOffset : 0;
      const to = node === range.endContainer ? range.endOffset : node.length;
      if (from >= to) continue;
      const place = (units) => starts.get(node) + points(node.data.slice(0, units));
      span = [span?.[0] ?? place(from), place(to)];
    }
    return span;
  }

  return { remember, spanOf };
}

/**
 * A button that copies a link to what is selected in `body`, there while something is. `spanOf(range)` is its span,
 * or null; `addressOf(span)` the address of that. Gives its nodes.
 */
export function createSelectionLink({ body, spanOf, addressOf }) {
  const button = element("button", { type: "button", className: "quiet", hidden: true }, WORDS);
  const said = element("span", { className: "visually-hidden", role: "status" });

  function selected() {
    const selection = getSelection();
    const range = selection.isCollapsed || selection.rangeCount === 0 ? null : selection.getRangeAt(0);
    return range !== null && body.contains(range.startContainer) ? range : null;
  }

  async function copy() {
    const range = selected();
    const span = range && spanOf(range);
    if (span === null) return;
    const { toClipboard } = await import("./export.js");
    const done = await toClipboard(location.origin + addressOf(span));
    button.textContent = said.textContent = done ? "Copied" : "This browser did not allow it";
    setTimeout(() => {
      button.textContent = WORDS;
      said.textContent = "";
      update();
    }, SAID_MS);
  }

  function update() {
    if (button.textContent === WORDS) button.hidden = selected() === null; // else what came of it is read first
  }

  document.addEventListener("selectionchange", update);
  button.addEventListener("mousedown", (event) => event.preventDefault()); // it would take the selection away
  button.addEventListener("click", copy);
  return [button, said];
}

const points = (text) => Array.from(text).length;
