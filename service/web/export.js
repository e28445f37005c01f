// A conversation for other programs: plain text, Markdown with notes, and its sources for a reference manager.

import { ApiError, documents } from "./api.js";
import { addressOfPlace, blocksOf, pageRange, partsOf, placeLine, splitMarks, stressed } from "./text.js";

/** Turns as plain text, each question with its answer and the citations under it. */
export function plain(turns) {
  return turns.map(({ question, answer }) => {
    if (!answer) return `${question}\n\n(no answer)`;
    const sources = answer.citations.map((citation) => [
      `[${citation.mark}] “${citation.quote}” ${sourceLine(citation)}`,
      ...citation.footnotes.map((note) => `    ${noteLine(note)}`),
    ].join("\n"));
    return [question, answer.answer, ...sources].join("\n\n");
  }).join("\n\n* * *\n\n");
}

/** Turns as Markdown: the citations are notes, numbered through all turns, with links to their places. */
export function markdown(turns) {
  let number = 0;
  return `${turns.map(({ question, answer }) => {
    const citations = new Map((answer?.citations ?? []).map((citation) => [citation.mark, { ...citation, number: (number += 1) }]));
    const marked = (part) => (typeof part === "string" ? escaped(part) : `[^${citations.get(part).number}]`);
    const plainly = (text, sentence) => splitMarks(text, citations, sentence?.marks?.length).map(marked).join("");
    const text = answer?.mode === "llm" ? written(answer.answer, plainly) : answer ? quoted(answer, plainly) : "(no answer)";
    return [`## ${escaped(question)}`, text, ...[...citations.values()].map(noteOf)].join("\n\n");
  }).join("\n\n")}\n`;
}

const SIGNS = { p: "", h: "### ", ul: "- " };
const STRESS = { strong: "**", em: "*", code: "`" };

// A language model writes Markdown: what the page shows of it is kept, anything else is text.
function written(answer, plainly) {
  const stress = ({ text, tag }) => (tag ? `${STRESS[tag]}${tag === "code" ? text : plainly(text)}${STRESS[tag]}` : plainly(text));
  return blocksOf(answer).map(({ kind, start, end, number }) =>
    (SIGNS[kind] ?? `${number}. `) + stressed(answer.slice(start, end)).map(stress).join("")).join("\n\n");
}

// Of a quotation only the marks at its end are ours.
function quoted({ answer, sentences }, plainly) {
  return partsOf(answer, sentences).map(({ start, end, sentence }) => plainly(answer.slice(start, end), sentence)).join("");
}

function noteOf(citation) {
  const notes = citation.footnotes.map((note) => `    ${escaped(noteLine(note))}`);
  const place = `[${escaped(sourceLine(citation))}](<${linkTo(citation)}>)`;
  const doubt = citation.verified ? "" : " (not verified)";
  return [`[^${citation.number}]: “${escaped(citation.quote)}” ${place}${doubt}`, ...notes].join("\n\n");
}

/** The sources of turns as CSL-JSON, one item for each document; what was quoted of it is its note. */
export async function csl(turns) {
  const items = (await sourcesOf(turns)).map(({ id, title, authors, publisher, date, quotes }) => ({
    id,
    type: publisher ? "report" : "document",
    title,
    ...(authors.length > 0 ? { author: authors.map((literal) => ({ literal })) } : {}),
    ...(publisher ? { publisher } : {}),
    ...(/^\d{4}(-\d\d){0,2}$/.test(date) ? { issued: { "date-parts": [date.split("-").map(Number)] } }
      : date ? { issued: { literal: date } } : {}),
    note: quotes.join("\n"),
  }));
  return `${JSON.stringify(items, null, 2)}\n`;
}

/** The same as BibTeX. Names are in braces: which part is the family name is not known. */
export async function bibtex(turns) {
  const entries = (await sourcesOf(turns)).map(({ id, title, authors, publisher, date, quotes }) => {
    const fields = {
      title: `{${tex(title)}}`,
      author: authors.map((name) => `{${tex(name)}}`).join(" and "),
      institution: tex(publisher),
      year: /^\d{4}/.exec(date)?.[0] ?? "",
      date: /^\d{4}(-\d\d){0,2}$/.test(date) ? date : "",
      note: tex(quotes.join(" ")),
    };
    const lines = Object.entries(fields).filter(([, value]) => value !== "").map(([name, value]) => `  ${name} = {${value}}`);
    return `@${publisher ? "techreport" : "misc"}{${keyOf(id)},\n${lines.join(",\n")}\n}\n`;
  });
  return entries.join("\n");
}

/** Copy a text; says whether the browser allowed it. */
export async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedByHand(text); // there is no clipboard on a plain http address of another machine
  }
}

/** Give a text to the browser as a file to keep. */
export function download(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

// What is known of the cited documents, in the order of their first citation, and what was quoted of each.
async function sourcesOf(turns) {
  const known = new Map((await described()).map((entry) => [entry.id, entry]));
  const sources = new Map();
  for (const citation of turns.flatMap((turn) => turn.answer?.citations ?? [])) {
    const id = citation.document_id;
    const bare = { id, title: citation.document_title, authors: [], publisher: "", date: "" };
    if (!sources.has(id)) sources.set(id, { ...bare, ...known.get(id), quotes: [] });
    const place = pageRange(citation.pages);
    sources.get(id).quotes.push([`“${citation.quote}”${place && ` (${place})`}`, ...citation.footnotes.map(noteLine)].join(" "));
  }
  return [...sources.values()];
}

async function described() {
  try {
    return await documents();
  } catch (error) {
    if (error instanceof ApiError) return []; // the titles are in the citations
    throw error;
  }
}

function sourceLine({ document_title: title, section, pages }) {
  return [title, placeLine({ pages, section })].filter(Boolean).join(", ");
}

function noteLine({ label, text, urls }) {
  return `Note ${label}: ${[text, ...urls.filter((url) => !text.includes(url))].join(" ")}`;
}

function linkTo({ document_id: id, spans }) {
  return location.origin + addressOfPlace(id, spans);
}

function escaped(text) {
  return text.replace(/[\\`*_[\]<>|]/g, "\\$&").replace(/^(\s*\d*)([#+.-])(?=\s)/gm, "$1\\$2");
}

// Of an id that is not in Latin letters something has to be left, or two documents would have one key.
function keyOf(id) {
  return id.replace(/[^\w:.-]/gu, (sign) => sign.codePointAt(0).toString(16));
}

// A brace is written out by name: BibTeX counts braces, also those behind a backslash.
const TEX = {
  "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "{": "\\textbraceleft{}", "}": "\\textbraceright{}",
};

function tex(text) {
  return text.replace(/\s+/g, " ").replace(/[\\{}$&#%_~^]/g, (sign) => TEX[sign] ?? `\\${sign}`);
}

function copiedByHand(text) {
  const field = document.createElement("textarea");
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
