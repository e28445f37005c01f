// The question form: the field, how the answer is wanted, and what it is asked of.

import { ApiError, hasLanguageModel } from "./api.js";
import { byId } from "./dom.js";
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
  offerModes(mode);
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

// Without a language model there is one way to answer, which is said and not chosen.
async function offerModes(mode) {
  try {
    if (!(await hasLanguageModel())) return;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return; // a service that cannot be reached says so where a question is asked
  }
  mode.closest("label").hidden = false;
  byId("only-mode").hidden = true;
}
