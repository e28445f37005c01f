// One turn of a conversation on the page: the question, what came of it, and what stands behind the answer.

import { hide } from "./card.js";
import { element } from "./dom.js";
import { citationList, passageList, placeOf } from "./evidence.js";
import { prose } from "./prose.js";
import { count } from "./text.js";

const MODES = {
  extractive: "Quoted from the documents",
  llm: "Written by a language model from the passages cited",
  abstained: "No answer found",
};
const SURE = [[0.75, "high"], [0.5, "fair"], [0, "low"]];

/**
 * Make the view of a turn. `actions` are what a reader can do: `openSource(place)`, `again(turn)`, `copy(turn)` and
 * `link(turn)`; the last two give whether it worked. Gives its `node`, `show()` for the turn as it now is, `slow()`
 * to say that it takes long, `fold(open)` for what stands behind the answer, and `go(focus)`,
 * which scrolls to it and may focus its question.
 */
export function createTurnView(turn, actions) {
  const heading = element("h2", { id: `turn-${turn.id}`, className: "question", tabIndex: -1, dir: "auto" }, turn.question);
  const scope = turn.restriction ? [element("p", { className: "place", dir: "auto" }, `Asked of ${turn.restriction.label}`)] : [];
  const reply = element("div", { className: "reply" });
  const evidence = element("div");
  const node = element("article", { className: "turn", "aria-labelledby": heading.id }, heading, scope, reply, evidence);
  const again = () => {
    heading.focus({ preventScroll: true }); // the button that was pressed goes
    actions.again(turn);
  };

  function show() {
    hide();
    reply.setAttribute("aria-busy", String(turn.state === "running"));
    reply.replaceChildren(...(turn.state === "done" ? answered(turn, { ...actions, again }) : underway(turn, again)));
    evidence.replaceChildren(...(turn.state === "done" ? behind(turn, actions.openSource) : []));
  }

  show();
  return {
    node,
    show,
    slow: () => reply.querySelector(".busy")?.replaceChildren(busyWords(turn, true)),
    fold: (open) => evidence.querySelector("details")?.toggleAttribute("open", open),
    go: (focus) => {
      heading.scrollIntoView();
      if (focus) heading.focus({ preventScroll: true });
    },
  };
}

/** How sure an answer is, in a word and a figure: "high confidence (87%)". It is never quite sure, nor quite unsure. */
export function sureness(confidence) {
  const [, word] = SURE.find(([least]) => confidence >= least) ?? SURE.at(-1);
  const percent = Math.round(confidence * 100);
  return `${word} confidence (${percent > 99 ? "over 99" : percent < 1 ? "under 1" : percent}%)`;
}

function answered(turn, actions) {
  const { answer } = turn;
  const abstained = answer.mode === "abstained";
  const open = (citation) => actions.openSource({ ...placeOf(citation), item: document.getElementById(targetIn(turn)(citation.mark)) });
  return [
    ...(answer.notice ? [element("p", { className: "notice", dir: "auto" }, answer.notice)] : []),
    element("div", { className: abstained ? "abstained" : "" },
      ...(abstained ? [element("p", { className: "verdict" }, MODES.abstained)] : []),
      prose(answer, { open, target: targetIn(turn) })),
    howSure(answer),
    ...(answer.unmet.length > 0 ? [unmet(answer.unmet)] : []),
    tools(turn, actions),
  ];
}

// What a reader sees before there is an answer, or where none came: never less than has been shown already.
function underway(turn, askAgain) {
  const { partial, sentences = [], state, problem } = turn;
  const soFar = partial ? prose({ answer: partial, mode: "", sentences, citations: null }, {}) : [];
  if (state === "running") return [...soFar, element("p", { className: "busy" }, busyWords(turn, false))];
  const again = element("button", { type: "button", className: "quiet", onclick: askAgain }, "Ask again");
  return [
    ...(soFar.length > 0 ? [element("div", { className: "unfinished" }, soFar)] : []),
    element("div", { className: state === "stopped" ? "notice" : "problem" }, element("p", {}, problem), again),
  ];
}

function busyWords({ partial, found }, isSlow) {
  if (isSlow) return "This takes longer than usual; you can go on waiting, or stop it.";
  if (partial) return "Writing…";
  return found ? `Reading ${count(found, "passage")}…` : "Searching the documents…";
}

function howSure({ mode, confidence }) {
  const said = mode === "abstained" ? "Too little to answer from" : MODES[mode] ?? mode;
  return element("p", { className: "mode" }, typeof confidence === "number" ? `${said} · ${sureness(confidence)}` : said);
}

function unmet(reasons) {
  return element("ul", { className: "unmet", "aria-label": "What of the question is not met" },
    reasons.map((reason) => element("li", { dir: "auto" }, reason)));
}

function tools(turn, actions) {
  const tool = (words, done, act) => {
    const button = element("button", { type: "button", className: "tool" }, words);
    button.addEventListener("click", async () => {
      button.textContent = (await act(turn)) ? done : "This browser did not allow it";
      setTimeout(() => button.replaceChildren(words), 2000);
    });
    return button;
  };
  return element("p", { className: "tools" },
    tool("Copy", "Copied", actions.copy),
    tool("Copy link", "Copied", actions.link),
    element("button", { type: "button", className: "tool", onclick: actions.again }, "Ask again"));
}

function behind(turn, openSource) {
  const { mode, citations, hits } = turn.answer;
  if (mode === "abstained") {
    return hits.length > 0 ? [folding("The nearest passages, for you to judge", passageList(hits, openSource))] : [];
  }
  const cited = new Set(citations.map((citation) => citation.passage_id));
  const others = hits.filter((hit) => !cited.has(hit.passage_id));
  return [
    ...(citations.length > 0
      ? [folding(count(citations.length, "citation"), citationList(turn.answer, targetIn(turn), openSource))] : []),
    ...(others.length > 0
      ? [folding(`Other passages found (${others.length})`, passageList(others, openSource), false)] : []),
  ];
}

function folding(title, list, open = true) {
  return element("details", { className: "evidence", open }, element("summary", {}, title), list);
}

const targetIn = (turn) => (mark) => `citation-${turn.id}-${mark}`;
