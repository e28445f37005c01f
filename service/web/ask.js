// The question form and the answer below it.

import { ApiError, ask } from "./api.js";
import { byId, element } from "./dom.js";
import { citationId, citationList, passageList, placeOf } from "./evidence.js";
import { splitMarks } from "./text.js";

const MODES = {
  extractive: "Quoted from the documents",
  llm: "Written by a language model from the passages cited",
  abstained: "Not answered",
};

/**
 * Take over the form. `onQuestion(question)` is called when the reader asks, `openSource(place)` when
 * a citation is to be read. Gives `show(question)`, which asks; `restore(question)`, which shows an answer
 * already had and asks only for a new one; `clear()`, which goes back to the empty page; and
 * `restrict({document_ids, section_prefix, pages, label})`, which keeps the next questions to a part of the documents.
 */
export function createAsk({ onQuestion, openSource }) {
  const form = byId("ask");
  const field = byId("question");
  const view = createView(openSource);
  const answers = new Map();
  let running = new AbortController();
  let restriction = null;

  async function show(question) {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    field.value = question;
    view.busy();
    try {
      const answer = await ask(question, restriction, signal);
      answers.set(question, answer);
      if (!signal.aborted) view.answer(answer);
    } catch (error) {
      if (signal.aborted) return;
      view.problem(error instanceof ApiError ? error.message : "The answer could not be shown; reload the page.");
      if (!(error instanceof ApiError)) throw error;
    }
  }

  function restore(question) {
    if (!answers.has(question)) return show(question);
    running.abort();
    field.value = question;
    return view.answer(answers.get(question));
  }

  function clear() {
    running.abort();
    field.value = "";
    view.empty();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const question = field.value.trim();
    if (question === "") return;
    if (matchMedia("(pointer: coarse)").matches) field.blur(); // puts the on-screen keyboard away
    onQuestion(question);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  const restrict = (wanted) => {
    restriction = wanted;
  };
  return { show, restore, clear, restrict, focus: () => field.focus() };
}

function createView(openSource) {
  const section = byId("answer");
  const reply = byId("reply");
  const evidence = byId("evidence");
  const start = byId("start");

  function put(replyParts, evidenceParts = [], { busy = false } = {}) {
    start.hidden = true;
    section.hidden = false;
    reply.setAttribute("aria-busy", String(busy));
    reply.replaceChildren(...replyParts);
    evidence.replaceChildren(...evidenceParts);
  }

  return {
    busy: () => put([element("p", { className: "busy" }, "Reading the documents…")], [], { busy: true }),
    problem: (sentence) => put([element("p", { className: "problem" }, sentence)]),
    answer: (answer) => put(replyTo(answer, openSource), evidenceFor(answer, openSource)),
    empty: () => {
      section.hidden = true;
      start.hidden = false;
      reply.replaceChildren();
      evidence.replaceChildren();
    },
  };
}

function replyTo(answer, openSource) {
  const abstained = answer.mode === "abstained";
  return [
    answer.notice ? element("p", { className: "notice" }, answer.notice) : null,
    element("p", { className: abstained ? "prose abstained" : "prose" }, prose(answer, openSource)),
    element("p", { className: "mode" }, modeLine(answer)),
  ].filter((part) => part !== null);
}

function prose({ answer, citations }, openSource) {
  const byMark = new Map(citations.map((citation) => [citation.mark, citation]));
  return splitMarks(answer, byMark).map((part) =>
    typeof part === "string" ? part : markLink(byMark.get(part), openSource),
  );
}

function markLink(citation, openSource) {
  const { mark, verified } = citation;
  const link = element(
    "a",
    {
      href: `#${citationId(mark)}`,
      className: verified ? "" : "doubtful",
      "aria-label": `Citation ${mark}${verified ? "" : ", not verified"}`,
    },
    `[${mark}]`,
  );
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openSource({ ...placeOf(citation), item: byId(citationId(mark)) });
  });
  return element("sup", {}, link);
}

function modeLine({ mode, confidence }) {
  const said = MODES[mode] ?? mode;
  if (typeof confidence !== "number") return said;
  const percent = `confidence ${Math.round(confidence * 100)}%`;
  return mode === "abstained" ? `${said}: ${percent}, too low to answer from` : `${said} · ${percent}`;
}

function evidenceFor({ mode, citations, hits = [] }, openSource) {
  if (mode === "abstained") {
    return hits.length === 0 ? [] : [
      element("section", { className: "evidence", "aria-labelledby": "nearest-heading" },
        element("h3", { id: "nearest-heading" }, "The nearest passages, for you to judge"),
        passageList(hits, openSource)),
    ];
  }
  const cited = new Set(citations.map((citation) => citation.passage_id));
  const others = hits.filter((hit) => !cited.has(hit.passage_id));
  return [
    ...(citations.length > 0 ? [citationList(citations, openSource)] : []),
    ...(others.length > 0 ? [otherPassages(others, openSource)] : []),
  ];
}

function otherPassages(hits, openSource) {
  return element(
    "details",
    { className: "others" },
    element("summary", {}, `Other passages found (${hits.length})`),
    passageList(hits, openSource),
  );
}
