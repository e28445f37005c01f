// The service's REST calls. Every failure is an ApiError whose message is one sentence for the reader.

const UNREACHABLE = "The service cannot be reached; check that it is running, then try again.";
const OFFLINE = "This device is offline; connect it, then try again.";

export class ApiError extends Error {}

/**
 * Ask a question. `heard(name, data)` is called for every event of the answer as it comes: passages, token, sentence,
 * restart (docs/api.md). Gives the whole answer. `history` is [{role, content}], `restriction` what is asked of
 * (`filtersOf`); `signal` cancels the call, which then rejects with an AbortError.
 */
export async function ask({ question, history, mode, restriction, signal }, heard) {
  return told("/v1/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ question, history, mode, filters: filtersOf(restriction), stream: true }),
    signal,
  }, "answer", heard);
}

/** The data of the event `end` that ends a stream; `heard(name, data)` is called for every event before it. */
export async function told(path, options, end, heard) {
  const response = await reach(path, options);
  if (!response.ok) throw new ApiError(problemSentence(await bodyOf(response), response.status));
  try {
    return await lastOf(events(response), end, heard);
  } catch (error) {
    if (error.name === "AbortError" || error instanceof ApiError) throw error;
    throw new ApiError(cutOff(end), { cause: error });
  }
}

/** All documents, with their counts. */
export async function documents() {
  return (await call("/v1/documents")).documents;
}

// Events are numbered from 1: a stream with a gap has lost some.
async function lastOf(stream, end, heard) {
  let last = 0;
  for await (const { id, name, data } of stream) {
    last += 1;
    if (id !== last) throw new ApiError(cutOff(end));
    if (name === "problem") throw new ApiError(problemSentence(data, data.status));
    if (name === end) return data;
    heard(name, data);
  }
  throw new ApiError(cutOff(end));
}

function cutOff(end) {
  return `The connection broke off before the ${end} was complete; try again.`;
}

/** What the service answers at `path`; null where it answers with nothing. */
export async function call(path, options = {}) {
  const response = await reach(path, options);
  if (response.status === 204) return null;
  const body = await bodyOf(response);
  if (!response.ok) throw new ApiError(problemSentence(body, response.status));
  if (body === null) throw new ApiError("The service sent something that is not JSON; try again.");
  return body;
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(navigator.onLine ? UNREACHABLE : OFFLINE, { cause: error });
  }
}

async function bodyOf(response) {
  try {
    return await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return null;
  }
}

function problemSentence(problem, status) {
  const said = [problem?.detail, problem?.title].find((part) => typeof part === "string" && part !== "");
  if (said === undefined) return `The service failed (status ${status}); try again, or look at its log.`;
  const sentence = said.replace(/^\p{Ll}(?=[\p{Ll}’']*\s)/u, (letter) => letter.toUpperCase()); // a word, not a file's name
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function filtersOf(restriction) {
  if (!restriction) return undefined;
  const { document_ids, section_prefix, pages } = restriction;
  return { document_ids, section_prefix, pages };
}

/**
 * The server-sent events of a response: [{id, name, data}] as they come, `data` parsed. Comments are left out, and so
 * is an event that is not whole when the response ends. Read here, because an EventSource can neither POST nor stop.
 */
export async function* events(response) {
  let rest = "";
  for await (const text of texts(response.body)) {
    const frames = `${rest}${text}`.split(/\r?\n\r?\n/);
    rest = frames.pop();
    for (const frame of frames) {
      const event = parsed(frame);
      if (event !== null) yield event;
    }
  }
}

/** One frame as an event; null for one that says nothing, like a comment that keeps the connection awake. */
export function parsed(frame) {
  const fields = {};
  for (const line of frame.split(/\r?\n/)) {
    const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (name !== "") fields[name] = name in fields ? `${fields[name]}\n${value}` : value;
  }
  return "data" in fields ? { id: Number(fields.id), name: fields.event, data: JSON.parse(fields.data) } : null;
}

// The body as texts; a reader, because not every browser can iterate over a body.
async function* texts(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      yield decoder.decode(read.value, { stream: true });
    }
  } finally {
    reader.cancel().catch(() => {}); // of a body that is at its end, or whose request was stopped, nothing is left
  }
}
