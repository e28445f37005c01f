// The source pane: a document open at the cited characters. Beside the answer where there is room, a modal sheet over
// it where there is not.

import { byId } from "./dom.js";
import { createReader } from "./reader.js";
import { readingStyle } from "./shelf.js";
import { addressOfPlace } from "./text.js";

const BESIDE = matchMedia("(min-width: 60rem)");

/**
 * Take over the pane. `restrict` takes what is to be asked only. Gives `close()` and `open({documentId, title, section,
 * pages, spans, quote, part, item})`: `spans` are code point offsets, `quote` what is to be read there, `part` an
 * optional word for what is shown, `item` an optional element that is marked as open while the pane shows it.
 */
export function createSource({ restrict }) {
  const dialog = byId("source");
  const heading = byId("source-title");
  const style = readingStyle();
  const reader = createReader({ root: byId("source-body"), restrict: askOnly, onPlace: address });
  let place = null; // what is shown
  let opener = null;

  async function open(wanted) {
    place?.item?.classList.remove("is-open");
    place = wanted;
    place.item?.classList.add("is-open");
    heading.textContent = wanted.title;
    byId("source-place").textContent = wanted.part ?? ""; // section and page stand over the text
    address(wanted.spans);
    if (!dialog.contains(document.activeElement)) opener = document.activeElement;
    await style;
    if (wanted !== place) return;
    present();
    heading.focus({ preventScroll: true });
    if (reader.holds(wanted) && wanted.spans.length > 0) await reader.go(wanted.spans);
    else await reader.open(wanted);
  }

  function address(spans) {
    byId("source-address").href = addressOfPlace(place.documentId, spans);
  }

  // Where the pane covers the question, it makes way.
  function askOnly(restriction) {
    if (dialog.matches(":modal")) close();
    restrict(restriction);
  }

  function present() {
    const modal = !BESIDE.matches;
    if (dialog.open && dialog.matches(":modal") === modal) return;
    if (dialog.open) dialog.close();
    document.body.classList.add("with-source"); // first, or showing the pane would scroll to where it was
    if (modal) dialog.showModal();
    else dialog.show();
  }

  function close() {
    if (!dialog.open) return;
    const inside = dialog.contains(document.activeElement);
    // A click on a quote leaves no focus behind to go back to: its item's button stands in.
    const back = opener === document.body ? place.item?.querySelector("button") : opener;
    place.item?.classList.remove("is-open");
    place = null;
    reader.close();
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
