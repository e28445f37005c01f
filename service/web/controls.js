// What stays in sight around a conversation: the question form, and the menus of the head.

import { byId, element } from "./dom.js";
import { pageRange } from "./text.js";

/**
 * Take over the form. `onAsk(question)` is called when the reader asks, `onStop()` when the running answer is to
 * stop, `lastQuestion()` gives what was asked last. Gives `choices()`, which are {restriction, mode}; `restrict` and
 * `put`, which set the restriction and the question; `running(is)` and `focus()`.
 */
export function createForm({ onAsk, onStop, lastQuestion }) {
  const form = byId("ask");
  const field = byId("question");
  const button = byId("ask-button");
  const mode = byId("mode");
  const chip = byId("restriction");
  let restriction = null;
  let isRunning = false;

  function restrict(wanted) {
    restriction = wanted && { ...wanted, label: labelOf(wanted) };
    chip.hidden = restriction === null;
    chip.querySelector("bdi").textContent = restriction?.label ?? "";
  }

  function submit(event) {
    event.preventDefault();
    if (isRunning) return onStop();
    const question = field.value.trim();
    if (question === "") return field.focus();
    field.value = "";
    if (matchMedia("(pointer: coarse)").matches) field.blur(); // puts the on-screen keyboard away
    return onAsk(question);
  }

  function typed(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (!isRunning) form.requestSubmit(); // a second Enter must not stop what the first has asked
    } else if (event.key === "ArrowUp" && field.value === "" && lastQuestion()) {
      event.preventDefault();
      field.value = lastQuestion();
    }
  }

  form.addEventListener("submit", submit);
  field.addEventListener("keydown", typed);
  chip.querySelector("button").addEventListener("click", () => {
    restrict(null);
    field.focus();
  });
  return {
    restrict,
    choices: () => ({ restriction, mode: mode.value }),
    put: (question) => {
      field.value = question;
    },
    running: (is) => {
      isRunning = is;
      button.textContent = is ? "Stop" : "Ask";
      form.classList.toggle("is-running", is);
    },
    focus: () => field.focus(),
  };
}

/** A restriction in words; one from an address brings none. */
function labelOf({ label, document_ids, section_prefix = [], pages }) {
  return label || [document_ids?.join(", "), section_prefix.join(" › "), pageRange(pages)].filter(Boolean).join(", ");
}

// --- the menus: go to one of the questions, copy the conversation, save it, begin another ---

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
  let back = byId("back");
  const number = element("span", { className: "visually-hidden" });
  byId("nav").append(
    menu(["Questions", number], questions),
    menu(["Export"], element("ul", { className: "menu-list" },
      [["Copy all", copyAll], ...FILES.map(([words, ...file]) => [words, () => save(...file)])].map(([words, act]) =>
        element("li", {}, element("button", { type: "button", onclick: act }, words))))),
    element("a", { href: "/", className: "menu-link talk-only" }, "New"),
  );

  async function copyAll() {
    return clip((await import("./export.js")).plain(turns()));
  }

  async function save(format, extension, type) {
    const exports = await import("./export.js");
    exports.download(`ibid.${extension}`, type, await exports[format](turns()));
  }

  function linkTo(turn, words = turn.question) {
    const state = { "data-conversation": conversation().id, "data-turn": turn.id };
    return element("a", { href: addressOf(turn), dir: "auto", ...state }, words);
  }

  /** Say which questions there are, and where one comes back to them from reading. */
  function update() {
    const last = turns().at(-1);
    back.replaceWith((back = last ? linkTo(last, "Conversation") : element("a", { href: "/" }, "Ask")));
    back.className = "menu-link read-only";
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
