// A document's contents: its sections as a tree, the one that is being read marked; and "Ask only …", which keeps the
// next questions to the document, to that section, or to some pages.

import { element } from "./dom.js";
import { pageRange } from "./text.js";

/** The tree of `sections`; `go(spans)` opens a place. Gives its element and `mark(section)`. */
export function contentsTree(sections, go) {
  const buttons = new Map();
  let marked = null;

  function branch(from, level) {
    const list = element("ul");
    let index = from;
    while (index < sections.length && sections[index].level >= level) {
      const item = element("li", {}, sectionButton(sections[index]));
      const inner = branch(index + 1, sections[index].level + 1);
      if (inner.list !== null) item.append(inner.list);
      list.append(item);
      index = inner.next;
    }
    return { list: index > from ? list : null, next: index };
  }

  function sectionButton(section) {
    const title = section.path.at(-1);
    const heading = [section.start, Math.min(section.end, section.start + 1)];
    const button = element("button", { type: "button", dir: "auto", onclick: () => go([heading], { quietly: true }) },
      element("span", {}, title), element("span", { className: "on-page" }, pageRange(section.pages.slice(0, 1))));
    buttons.set(section, button);
    return button;
  }

  const tree = branch(0, 0).list ?? element("p", { className: "place" }, "This document has no headings.");
  return {
    element: element("nav", { "aria-label": "Contents" }, tree),
    mark: (section) => {
      if (section === marked) return;
      buttons.get(marked)?.removeAttribute("aria-current");
      buttons.get(section)?.setAttribute("aria-current", "location");
      marked = section;
    },
    show: () => buttons.get(marked)?.scrollIntoView({ block: "nearest" }),
  };
}

/** The section that a place is in, the innermost one; null before the first heading. */
export function sectionAt(sections, place) {
  return sections.filter(({ start, end }) => start <= place && place < end).at(-1) ?? null;
}

/** The page that a place is on, as {page, start, known}. */
export function pageAt(pages, place) {
  return pages.filter(({ start }) => start <= place).at(-1) ?? pages[0] ?? null;
}

/**
 * The choice for a `document`, {documentId, title}. `here()` gives {section, page} of what is being read, `restrict`
 * takes the choice; `pages` are those of the document, [first, last].
 */
export function scopeChoice({ document, pages, here, restrict }) {
  const section = element("button", { type: "button" });
  const [first, last] = ["From page", "to"].map((name, index) =>
    [name, element("input", { type: "number", inputMode: "numeric", min: pages[0], max: pages[1], value: pages[index], required: true })]);
  const form = element("form", {}, [first, last].map(([name, field]) => element("label", {}, `${name} `, field)),
    element("button", {}, "Ask these pages"));
  const details = element("details", { className: "menu scope" }, element("summary", {}, "Ask only…"),
    element("div", {}, element("button", { type: "button", onclick: () => choose({}, "") }, "This document"), section, form));

  function choose(part, words) {
    details.open = false;
    restrict({ document_ids: [document.documentId], ...part, label: [document.title, words].filter(Boolean).join(", ") });
  }

  details.addEventListener("toggle", () => {
    const path = here().section?.path ?? []; // what is named is asked, also when the text has moved on since
    section.hidden = path.length === 0;
    section.replaceChildren("This section: ", element("bdi", {}, path.at(-1) ?? ""));
    section.onclick = () => choose({ section_prefix: path }, path.at(-1));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const range = [first, last].map(([, field]) => field.valueAsNumber).sort((a, b) => a - b);
    choose({ pages: range }, pageRange(range));
  });
  return details;
}
