// An answer's text: its sentences told apart, its marks as links, what is not borne out flagged.

import { attachCard } from "./card.js";
import { element } from "./dom.js";
import { quoteCard } from "./evidence.js";
import { splitMarks } from "./text.js";

const DOUBTS = { weak: "weakly supported", unsupported: "not supported" };

/**
 * The paragraphs of an answer. `sentences` are those that were checked so far. Marks of `citations` are links:
 * `open(citation)` is called when one is followed, `target(mark)` is the id of what it points to; other marks are
 * text. While `citations` are still to come (null), marks look as they will and lead nowhere. A quoting answer begins a new paragraph after each of its quotes, which stand apart in their source too.
 */
export function prose({ answer, mode, sentences, citations }, { open, target }) {
  const byMark = citations && new Map(citations.map((citation) => [citation.mark, citation]));
  const sign = (mark) => (byMark ? markLink(byMark.get(mark), open, target) : element("sup", {}, `[${mark}]`));
  const told = (text) =>
    splitMarks(text, byMark ?? { has: () => true }).map((part) => (typeof part === "string" ? part : sign(part)));
  const paragraphs = [[]];
  for (const { text, sentence } of partsOf(answer, sentences)) {
    const nodes = told(text);
    paragraphs.at(-1).push(...(sentence && DOUBTS[sentence.support] ? [doubtful(sentence, nodes)] : nodes));
    if (sentence && mode === "extractive") paragraphs.push([]);
  }
  return paragraphs
    .filter((nodes) => nodes.some((node) => typeof node !== "string" || node.trim() !== ""))
    .map((nodes) => element("p", { className: "prose", dir: "auto" }, nodes));
}

/** Cut a text at its sentences: [{text, sentence}], `sentence` null for what stands between them. */
export function partsOf(text, sentences) {
  const parts = [];
  let at = 0;
  for (const sentence of sentences) {
    const from = text.indexOf(sentence.text, at);
    if (from < 0) continue;
    parts.push({ text: text.slice(at, from), sentence: null }, { text: sentence.text, sentence });
    at = from + sentence.text.length;
  }
  parts.push({ text: text.slice(at), sentence: null });
  return parts.filter((part) => part.text !== "");
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
function doubtful({ support, reason }, nodes) {
  const flag = element("small", { className: "flag" }, [DOUBTS[support], reason].filter(Boolean).join(": "));
  return element("span", { className: `doubt ${support}` }, nodes, " ", flag);
}
