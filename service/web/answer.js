// One turn of a conversation on the page: the question, what came of it, and what stands behind the answer.

import { element, webLink } from "./dom.js";
import { attachCard, citationList, hide, passageList, placeOf, quoteCard } from "./evidence.js";
import { blocksOf, count, partsOf, splitMarks, splitUrls, stressed } from "./text.js";

const MODES = {
  extractive: "Quoted from the documents",
  llm: "Written by a language model from the passages cited",
  abstained: "No answer found",
};
const DOUBTS = { weak: "weakly supported", unsupported: "not supported" };
const SURE = [[0.75, "high"], [0.5, "fair"], [0, "low"]];

/**
 * Make the view of a turn. `actions` are what a reader can do: `openSource(place)`, `again(turn)`, `copy(turn)` and
 * `link(turn)`, null where there is none; the last two give whether it worked. Gives its `node`, `show()` for the turn
 * as it now is, `slow()` to say that it takes long, `fold(open)` for what stands behind the answer, and `go(focus)`,
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
    ...(answer.unmet.length > 0 ? unmet(answer) : []),
    tools(turn, actions),
  ];
}

// What a reader sees before there is an answer, or where none came: never less than has been shown already.
function underway(turn, askAgain) {
  const { partial, sentences = [], state, problem } = turn;
  const soFar = partial ? prose({ answer: partial, mode: turn.mode === "extractive" ? turn.mode : "", sentences, citations: null }, {}) : [];
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

// What speaks against an answer is no part of one that is sure, and not in the way of any other; it is why there is none.
function unmet({ mode, confidence, unmet: reasons }) {
  const list = element("ul", { className: "unmet", "aria-label": "What of the question is not met" },
    reasons.map((reason) => element("li", { dir: "auto" }, reason)));
  if (mode === "abstained") return [list];
  return confidence < SURE[0][0] ? [element("details", { className: "why" }, element("summary", {}, "Why not surer?"), list)] : [];
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
    actions.link && tool("Copy link", "Copied", actions.link),
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

// --- the text: its sentences told apart, its marks as links, what is not borne out flagged ---

// The paragraphs of an answer. `sentences` are those that were checked so far. Marks of `citations` are links:
// `open(citation)` is called when one is followed, `target(mark)` is the id of what it points to; other marks are
// text. While `citations` are still to come (null), marks look as they will and lead nowhere. What a language model
// writes is read as Markdown; of a quotation every character stands, and the next one begins a new paragraph.
function prose({ answer, mode, sentences, citations }, { open, target }) {
  const byMark = citations && new Map(citations.map((citation) => [citation.mark, citation]));
  const sign = (mark) => (byMark ? markLink(byMark.get(mark), open, target) : element("sup", {}, `[${mark}]`));
  const urls = (citations ?? []).flatMap(({ footnotes }) => footnotes.flatMap((note) => note.urls));
  const words = (text) => splitUrls(text, urls).map((part) => (part.url ? webLink(part.text) : part.text));
  const told = (text, sentence) => splitMarks(text, byMark ?? { has: () => true }, sentence?.marks?.length)
    .flatMap((part) => (typeof part === "string" ? words(part) : sign(part)));
  const isQuoted = mode === "extractive" || mode === "abstained";
  const read = isQuoted ? told
    : (text) => stressed(text).flatMap((run) => (run.tag ? [element(run.tag, {}, told(run.text))] : told(run.text)));
  const parts = partsOf(answer, sentences);
  return listed((isQuoted ? quotations(parts) : blocksOf(answer)).map((block) => ({ ...block, nodes: nodesOf(block, answer, parts, read) })));
}

function quotations(parts) {
  const ends = [...new Set([...parts.filter((part) => part.sentence).map((part) => part.end), parts.at(-1)?.end ?? 0])];
  return ends.map((end, index) => ({ kind: "p", start: ends[index - 1] ?? 0, end }));
}

// The nodes of a block: the parts of the answer that are in it, each doubt said where its sentence ends.
function nodesOf(block, answer, parts, read) {
  const inside = parts.filter((part) => part.start < block.end && part.end > block.start);
  return inside.flatMap(({ start, end, sentence }) => {
    const nodes = read(answer.slice(Math.max(start, block.start), Math.min(end, block.end)), sentence);
    return sentence && DOUBTS[sentence.support] ? [doubtful(sentence, nodes, end <= block.end)] : nodes;
  });
}

// The blocks as elements, items of one list together.
function listed(blocks) {
  const shown = [];
  for (const { kind, number, nodes } of blocks) {
    if (!nodes.some((node) => typeof node !== "string" || node.trim() !== "")) continue;
    if (kind === "p" || kind === "h") {
      shown.push(element("p", { className: kind === "h" ? "prose heading" : "prose", dir: "auto" }, nodes));
      continue;
    }
    if (shown.at(-1)?.localName !== kind) shown.push(element(kind, { className: "prose" }));
    shown.at(-1).append(element("li", { dir: "auto", ...(kind === "ol" ? { value: number } : {}) }, nodes));
  }
  return shown;
}

function markLink(citation, open, target) {
  const { mark, verified } = citation;
  const link = element(
    "a",
    {
      href: `#${target(mark)}`,
      className: verified ? "mark" : "mark doubtful",
      "aria-label": `Citation ${mark}${verified ? "" : ", not verified"}`,
    },
    `[${mark}]`,
  );
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(citation);
  });
  attachCard(link, () => quoteCard(citation));
  return element("sup", {}, link);
}

// In words, not by colour alone, and beside the sentence, where nothing need be opened to read why.
function doubtful(sentence, nodes, isWhole) {
  const flag = isWhole ? [" ", element("small", { className: "flag" }, doubtOf(sentence))] : [];
  return element("span", { className: `doubt ${sentence.support}` }, nodes, flag);
}

/** What is to be said against a sentence, "" where it is borne out. */
export function doubtOf({ support, reason }) {
  return DOUBTS[support] ? [DOUBTS[support], reason].filter(Boolean).join(": ") : "";
}
