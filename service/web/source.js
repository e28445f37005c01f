// The source pane: a document's exact text around the cited characters. Beside the answer where there
// is room, a modal sheet over it where there is not.

import { ApiError, documentText } from "./api.js";
import { byId, element } from "./dom.js";
import { paragraphs, placeLine } from "./text.js";

const CONTEXT = 4000; // characters fetched on either side of the citation, and by each further step
const BESIDE = matchMedia("(min-width: 60rem)");

/**
 * Take over the pane. Gives `close()` and `open({documentId, title, section, pages, spans, part, item})`:
 * `spans` are code point offsets, `part` an optional word for what is shown, `item` an optional element
 * that is marked as open while the pane shows it.
 */
export function createSource() {
  const dialog = byId("source");
  const heading = byId("source-title");
  const body = byId("source-body");
  const parts = createParts(body);
  let place = null; // what is shown; also tells a late response from a current one
  let slice = null; // {start, end, length, text}: how much of the document is here
  let opener = null;

  async function open(wanted) {
    leave();
    place = wanted;
    place.item?.classList.add("is-open");
    heading.textContent = wanted.title;
    byId("source-place").textContent = placeLine(wanted);
    parts.hide();
    body.replaceChildren(element("p", { className: "busy" }, "Fetching the source…"));
    if (!dialog.contains(document.activeElement)) opener = document.activeElement;
    present();
    heading.focus({ preventScroll: true });
    await load(wanted);
  }

  async function load(wanted) {
    const [first, last] = outerBounds(wanted.spans);
    const fetched = await fetchText(wanted, Math.max(0, first - CONTEXT), last + CONTEXT);
    if (fetched === null) return;
    slice = fetched;
    render();
    parts.begin(wanted.spans.length);
  }

  async function extend(button, start, end) {
    button.disabled = true;
    const fetched = await fetchText(place, start, end);
    if (fetched === null) return;
    const { scrollHeight: height, scrollTop: top } = body;
    const earlier = fetched.end === slice.start;
    slice = earlier ? joined(fetched, slice) : joined(slice, fetched);
    render();
    // What the reader was looking at stays where it was.
    body.scrollTop = earlier ? top + body.scrollHeight - height : top;
    body.focus({ preventScroll: true });
  }

  async function fetchText(wanted, start, end) {
    try {
      const fetched = await documentText(wanted.documentId, start, end);
      return wanted === place ? fetched : null;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (wanted === place) body.append(element("p", { className: "problem" }, error.message));
      body.querySelector(".busy")?.remove();
      for (const button of body.querySelectorAll("button")) button.disabled = false;
      return null;
    }
  }

  function render() {
    const { start, end, length, text } = slice;
    body.replaceChildren(
      ...(start > 0 ? [moreButton("Earlier text", Math.max(0, start - CONTEXT), start)] : []),
      ...paragraphs(text, start, place.spans).map(paragraph),
      ...(end < length ? [moreButton("Later text", end, end + CONTEXT)] : []),
    );
  }

  function moreButton(words, start, end) {
    const button = element("button", { type: "button", className: "quiet more" }, words);
    button.onclick = () => extend(button, start, end);
    return button;
  }

  function present() {
    const modal = !BESIDE.matches;
    if (dialog.open && dialog.matches(":modal") === modal) return;
    if (dialog.open) dialog.close();
    document.body.classList.add("with-source"); // first, or showing the pane would scroll to where it was
    if (modal) dialog.showModal();
    else dialog.show();
  }

  function leave() {
    place?.item?.classList.remove("is-open");
    place = null;
    slice = null;
  }

  function close() {
    if (!dialog.open) return;
    const inside = dialog.contains(document.activeElement);
    // A click on a quote leaves no focus behind to go back to: its item's button stands in.
    const back = opener === document.body ? place.item?.querySelector("button") : opener;
    leave();
    dialog.close();
    document.body.classList.remove("with-source");
    if (inside && back?.isConnected) back.focus();
  }

  byId("source-close").addEventListener("click", close);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  });
  BESIDE.addEventListener("change", () => dialog.open && present());
  return { open, close };
}

/** The line that says how many parts the citation has, and goes from one to the next. */
function createParts(body) {
  const line = byId("source-parts");
  const words = line.querySelector("span");
  let shown = 0;
  let total = 0;

  function go(index) {
    shown = index;
    const part = body.querySelectorAll("mark.first")[index];
    if (!part) return;
    const below = part.getBoundingClientRect().top - body.getBoundingClientRect().top;
    body.scrollTop += below - body.clientHeight / 4;
    words.textContent = `Cited text, part ${index + 1} of ${total}`;
  }

  line.querySelector("button").addEventListener("click", () => go((shown + 1) % total));
  return {
    hide: () => {
      line.hidden = true;
    },
    begin: (spans) => {
      total = spans;
      line.hidden = total < 2;
      body.scrollTop = 0;
      go(0);
    },
  };
}

function paragraph(pieces) {
  return element("p", {}, pieces.map((piece) => {
    if (!piece.cited) return piece.text;
    const names = [piece.first && "first", piece.last && "last"].filter(Boolean);
    return element("mark", { className: names.join(" ") }, piece.text);
  }));
}

/** Two slices of one document, the second beginning where the first ends. */
function joined(first, second) {
  return { ...first, end: second.end, text: first.text + second.text };
}

function outerBounds(spans) {
  if (spans.length === 0) return [0, 0];
  return [Math.min(...spans.map(([start]) => start)), Math.max(...spans.map(([, end]) => end))];
}
