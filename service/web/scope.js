// "Ask only …": keeping the next questions to a document, to the section being read, or to some of its pages.

import { element } from "./dom.js";
import { pageRange } from "./text.js";

/**
 * The choice for a `document`, {documentId, title}. `here()` gives {section, page} of what is being read, `restrict`
 * takes the choice; `pages` are those of the document, [first, last].
 */
export function scopeChoice({ document, pages, here, restrict }) {
  const section = element("button", { type: "button", onclick: () => choose({ section_prefix: here().section.path }, here().section.path.at(-1)) });
  const [first, last] = ["From page", "to"].map((name, index) =>
    [name, element("input", { type: "number", inputMode: "numeric", min: pages[0], max: pages[1], value: pages[index], required: true })]);
  const form = element("form", {}, [first, last].map(([name, field]) => element("label", {}, `${name} `, field)),
    element("button", {}, "Ask these pages"));
  const details = element("details", { className: "scope" }, element("summary", {}, "Ask only…"),
    element("div", {}, element("button", { type: "button", onclick: () => choose({}, "") }, "This document"), section, form));

  function choose(part, words) {
    details.open = false;
    restrict({ document_ids: [document.documentId], ...part, label: [document.title, words].filter(Boolean).join(", ") });
  }

  details.addEventListener("toggle", () => {
    const now = here().section;
    section.hidden = now === null;
    section.replaceChildren("This section: ", element("bdi", {}, now?.path.at(-1) ?? ""));
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.preventDefault();
    event.stopPropagation();
    details.open = false;
    details.querySelector("summary").focus();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const range = [first, last].map(([, field]) => field.valueAsNumber).sort((a, b) => a - b);
    choose({ pages: range }, pageRange(range));
  });
  return details;
}
