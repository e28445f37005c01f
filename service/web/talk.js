// The conversation on the page: its turns, the one that is being answered, and what is said of it aloud.

import { ApiError, ask } from "./api.js";
import { createTurnView, doubtOf } from "./answer.js";
import { historyOf, newId } from "./conversation.js";
import { byId, element } from "./dom.js";
import { createMenu } from "./controls.js";

const SLOW = 5000; // milliseconds after which the page says that an answer takes long
const INTERRUPTED = "The page was left before the answer was complete.";
const BROKEN = "The answer could not be shown; reload the page.";

/**
 * Take over the list of turns. `store` keeps conversations (conversation.js), `onRunning(is)` is told when an answer
 * begins and ends, `addressOf(turn)` is the address of a turn's question.
 */
export function createTalk({ store, openSource, onRunning, addressOf }) {
  const list = byId("turns");
  const views = new Map();
  let conversation = null;
  let running = null; // {turn, controller}
  let drawing = 0;
  const menu = createMenu({ conversation: () => conversation, addressOf, clip });

  /** Ask in the conversation that is open, or in a new one. Gives the new turn. */
  function add({ question, restriction, mode }) {
    stop();
    conversation ??= { id: newId(), turns: [] };
    const turn = { id: newId(), question, restriction, mode, state: "running" };
    views.get(conversation.turns.at(-1)?.id)?.fold(false);
    conversation.turns.push(turn);
    append(turn);
    run(turn);
    return turn;
  }

  async function run(turn) {
    stop();
    const own = conversation; // another may be open when the answer is there
    const controller = new AbortController();
    running = { turn, controller };
    Object.assign(turn, { state: "running", answer: null, partial: "", sentences: [], found: 0, problem: null });
    changed(turn, own);
    say("Searching the documents");
    const slow = setTimeout(() => tellSlow(turn), SLOW);
    try {
      turn.answer = await ask(asked(turn, controller.signal), (name, data) => heard(turn, name, data));
      turn.state = "done";
      say(summary(turn.answer));
    } catch (error) {
      fail(turn, controller.signal.aborted ? null : error);
    } finally {
      clearTimeout(slow);
      if (running?.turn === turn) running = null;
      changed(turn, own);
    }
  }

  function asked({ id, question, restriction, mode }, signal) {
    const before = conversation.turns.slice(0, conversation.turns.findIndex((turn) => turn.id === id));
    return { question, restriction, mode, history: historyOf(before), signal };
  }

  function fail(turn, error) {
    turn.state = error === null ? "stopped" : "failed";
    turn.problem = error === null ? "Stopped." : error instanceof ApiError ? error.message : BROKEN;
    say(turn.problem);
    if (error !== null && !(error instanceof ApiError)) throw error;
  }

  function heard(turn, name, data) {
    if (name === "passages") turn.found = data.hits.length;
    if (name === "token") turn.partial += data.text;
    if (name === "sentence") turn.sentences.push(data);
    if (name === "sentence") say([data.text, doubtOf(data)].filter(Boolean).join(" "));
    if (name === "restart") {
      Object.assign(turn, { partial: "", sentences: [] });
      say(`The answer begins anew: ${data.reason}`);
    }
    cancelAnimationFrame(drawing); // as often as the screen can show it, however many pieces come
    drawing = requestAnimationFrame(() => turn.state === "running" && views.get(turn.id)?.show());
  }

  function tellSlow(turn) {
    views.get(turn.id)?.slow();
    say("This takes longer than usual");
  }

  function changed(turn, own) {
    views.get(turn.id)?.show();
    onRunning(running !== null);
    byId("unkept").hidden = store.write(own);
  }

  function stop() {
    running?.controller.abort();
    running = null;
  }

  /** Show a conversation, null for none yet; the turn that is being answered goes on only in its own. */
  function open(wanted) {
    if (wanted !== null && wanted.id === conversation?.id) return;
    stop();
    conversation = wanted;
    views.clear();
    list.replaceChildren();
    for (const turn of wanted?.turns ?? []) append(interrupted(turn)).fold(false);
    views.get(wanted?.turns.at(-1)?.id)?.fold(true);
    menu.update();
  }

  function append(turn) {
    const address = addressOf(turn);
    const link = address === "/" ? null : () => clip(location.origin + address); // a question may be too long for one
    const view = createTurnView(turn, { openSource, again: run, copy, link });
    views.set(turn.id, view);
    list.append(view.node);
    menu.update();
    return view;
  }

  const copy = async (turn) => clip((await import("./export.js")).plain([turn]));
  async function clip(text) {
    const done = await (await import("./export.js")).toClipboard(text);
    say(done ? "Copied" : "The browser did not allow copying");
    return done;
  }

  return {
    add,
    open,
    stop: () => running?.controller.abort(),
    go: (id, focus) => views.get(id)?.go(focus),
    holds: (id) => conversation?.id === id,
    get turns() {
      return conversation?.turns ?? [];
    },
    get id() {
      return conversation?.id ?? null;
    },
  };
}

function interrupted(turn) {
  if (turn.state === "done" ? !turn.answer : turn.state === "running" || typeof turn.problem !== "string") {
    Object.assign(turn, { state: "stopped", problem: INTERRUPTED });
  }
  return turn;
}

function summary({ mode, citations, answer }) {
  if (mode === "abstained") return answer;
  return `The answer is complete, with ${citations.length} ${citations.length === 1 ? "citation" : "citations"}`;
}

/** Have a screen reader say a sentence; those of one answer follow each other. */
function say(sentence) {
  const log = byId("said");
  log.append(element("p", {}, sentence));
  while (log.childElementCount > 20) log.firstElementChild.remove();
}
