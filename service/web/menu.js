// What can be done with a whole conversation: go to one of its questions, copy it, save it, begin another.

import { byId, element } from "./dom.js";

const FILES = [
  ["Markdown, with notes", "markdown", "md", "text/markdown"],
  ["References as CSL-JSON", "csl", "json", "application/json"],
  ["References as BibTeX", "bibtex", "bib", "application/x-bibtex"],
];

/**
 * Fill the page's menu. `conversation()` gives {id, turns} or null, `addressOf(turn)` the address of a turn, and
 * `clip(text)` copies a text.
 */
export function createMenu({ conversation, addressOf, clip }) {
  const turns = () => conversation()?.turns ?? [];
  const questions = element("ol", { className: "menu-list" });
  const back = element("a", { className: "menu-link read-only" }, "Conversation");
  const number = element("span", { className: "visually-hidden" });
  byId("nav").append(
    back,
    menu(["Questions", number], questions),
    menu(["Export"], element("ul", { className: "menu-list" },
      [["Copy all", copyAll], ...FILES.map(([words, ...file]) => [words, () => save(...file)])].map(([words, act]) =>
        element("li", {}, element("button", { type: "button", onclick: act }, words))))),
    element("a", { href: "/", className: "menu-link" }, "New"),
  );

  async function copyAll() {
    return clip((await import("./export.js")).plain(turns()));
  }

  async function save(format, extension, type) {
    const exports = await import("./export.js");
    exports.download(`ibid.${extension}`, type, await exports[format](turns()));
  }

  function linkTo(turn) {
    const state = { "data-conversation": conversation().id, "data-turn": turn.id };
    return element("a", { href: addressOf(turn), dir: "auto", ...state }, turn.question);
  }

  /** Say which questions there are, and where one comes back to them from reading. */
  function update() {
    const last = turns().at(-1);
    back.hidden = last === undefined;
    if (last) Object.assign(back, { href: addressOf(last) });
    if (last) Object.assign(back.dataset, { conversation: conversation().id, turn: last.id });
    number.textContent = ` (${turns().length})`;
    questions.replaceChildren(...turns().map((turn) => element("li", {}, linkTo(turn))));
  }

  return { update };
}

function menu(words, list) {
  const details = element("details", { className: "menu talk-only" }, element("summary", {}, words), list);
  list.addEventListener("click", () => {
    details.open = false;
  });
  return details;
}

// A menu that is open closes when one turns to something else, as menus do.
document.addEventListener("click", (event) => closeMenus(event.target.closest?.("details.menu")));
document.addEventListener("focusin", (event) => closeMenus(event.target.closest?.("details.menu")));
document.addEventListener("keydown", (event) => {
  const open = document.querySelector("details.menu[open]");
  if (event.key !== "Escape" || !open) return;
  event.preventDefault();
  open.open = false;
  open.querySelector("summary").focus();
}, { capture: true });

function closeMenus(except) {
  for (const open of document.querySelectorAll("details.menu[open]")) if (open !== except) open.open = false;
}
