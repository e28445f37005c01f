// Conversations, kept in this browser and nowhere else. Each is {id, turns}, a turn {id, question, mode,
// restriction, state, answer, partial, problem}; ids rise with time. Whatever else stands in the storage, or
// however full it is, the page works: what cannot be read is not there, what cannot be kept lasts while it is shown.

const PREFIX = "ibid.conversation.";
const MOST_KEPT = 20;
const MOST_TURNS = 50;
const REMEMBERED = 6; // turns that are sent along with a question

/** An id that is greater than any given before, as a text. */
export function newId() {
  const chance = crypto.getRandomValues(new Uint32Array(1))[0];
  return `${Date.now().toString(36).padStart(9, "0")}-${chance.toString(36)}`;
}

/** When an id was given, as a Date. */
export function timeOf(id) {
  return new Date(parseInt(id, 36));
}

/** The last answered turns as `history` of the service: [{role, content}], oldest first. */
export function historyOf(turns) {
  return turns
    .filter((turn) => turn.answer)
    .slice(-REMEMBERED)
    .flatMap(({ question, answer }) => [
      { role: "user", content: question },
      { role: "assistant", content: answer.answer },
    ]);
}

/** The conversations of a Storage; null where the browser gives none. */
export function createStore(storage = browserStorage()) {
  const ids = () => Object.keys(storage ?? {}).filter(isOurs).map((key) => key.slice(PREFIX.length)).sort();

  function read(id) {
    try {
      const { turns } = JSON.parse(storage.getItem(PREFIX + id));
      return { id, turns: turns.filter(isTurn) };
    } catch {
      return null; // not there, not ours, or broken
    }
  }

  /** Keep a conversation; says whether it could be. Turns that another tab added stay, and answers that came there. */
  function write({ id, turns }) {
    if (storage === null) return false;
    const kept = new Map((read(id)?.turns ?? []).map((turn) => [turn.id, turn]));
    for (const turn of turns) if (turn.answer || turn.state === "running" || !kept.get(turn.id)?.answer) kept.set(turn.id, turn);
    const all = [...kept.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(-MOST_TURNS);
    ids().filter((other) => other !== id).slice(0, 1 - MOST_KEPT).forEach(forget);
    return put(id, all.map(slim));
  }

  // A full storage loses the oldest conversation, then this one's oldest turn, until the rest fits.
  function put(id, turns) {
    try {
      storage.setItem(PREFIX + id, JSON.stringify({ turns }));
      return true;
    } catch {
      const oldest = ids().find((other) => other !== id);
      if (oldest !== undefined) forget(oldest);
      else if (turns.length < 2) return false;
      return put(id, oldest === undefined ? turns.slice(1) : turns);
    }
  }

  function forget(id) {
    storage.removeItem(PREFIX + id);
  }

  /** All that can be read and holds a turn, newest first. */
  const list = () => ids().reverse().map(read).filter((conversation) => conversation?.turns.length > 0);

  return { read, write, forget, list };
}

function browserStorage() {
  try {
    return window.localStorage;
  } catch {
    return null; // where cookies are blocked, asking for it is an error already
  }
}

const isOurs = (key) => key.startsWith(PREFIX);

// How the passages were found is not shown again, so it is not kept.
function slim(turn) {
  if (!turn.answer) return turn;
  const hits = turn.answer.hits.map(({ matches, scores, duplicates, callers, ...hit }) => hit);
  return { ...turn, answer: { ...turn.answer, hits } };
}

function isTurn(turn) {
  return (
    hasTexts(turn, ["id", "question", "state"]) &&
    (turn.answer == null || isAnswer(turn.answer)) &&
    (turn.partial == null || typeof turn.partial === "string") &&
    (turn.sentences == null || areSentences(turn.sentences)) &&
    (turn.restriction == null || isRestriction(turn.restriction))
  );
}

function isRestriction(one) {
  const lists = ["document_ids", "section_prefix", "pages"].filter((name) => one[name] != null);
  return hasTexts(one, ["label"]) && hasLists(one, lists);
}

function isAnswer(answer) {
  return (
    hasTexts(answer, ["answer", "mode"]) &&
    hasLists(answer, ["citations", "hits", "unmet"]) &&
    areSentences(answer.sentences) &&
    answer.citations.every((citation) => hasTexts(citation, ["quote"]) && isEvidence(citation)) &&
    answer.hits.every((hit) => hasTexts(hit, ["text"]) && isEvidence(hit))
  );
}

function isEvidence(one) {
  return (
    hasTexts(one, ["document_id", "document_title", "passage_id"]) &&
    hasLists(one, ["section", "pages", "spans", "footnotes"]) &&
    one.spans.every(Array.isArray) &&
    one.footnotes.every((note) => hasTexts(note, ["label", "text"]) && hasLists(note, ["urls", "spans"]))
  );
}

const areSentences = (all) => Array.isArray(all) && all.every((sentence) => hasTexts(sentence, ["text", "support", "reason"]));
const hasTexts = (value, names) => names.every((name) => typeof value?.[name] === "string");
const hasLists = (value, names) => names.every((name) => Array.isArray(value?.[name]));
