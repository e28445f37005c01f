// The service's REST calls. Every failure is an ApiError whose message is one sentence for the reader.

const UNREACHABLE = "The service cannot be reached; check that it is running, then try again.";

export class ApiError extends Error {}

/**
 * Ask a question, of all documents or of what `restriction` names. `signal` cancels the call, which then rejects
 * with an AbortError.
 */
export function ask(question, restriction, signal) {
  return call("/v1/ask", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ question, filters: filtersOf(restriction) }),
    signal,
  });
}

/** All documents, with their counts. */
export async function documents() {
  return (await call("/v1/documents")).documents;
}

/** The exact text of a document from `start` to `end`, in code points; `end` is clamped. */
export function documentText(id, start, end) {
  return call(`/v1/documents/${encodeURIComponent(id)}/text?start=${start}&end=${end}`);
}

async function call(path, options = {}) {
  const response = await reach(path, options);
  const body = await bodyOf(response);
  if (!response.ok) throw new ApiError(problemSentence(body, response.status));
  if (body === null) throw new ApiError("The service sent something that is not JSON; try again.");
  return body;
}

async function reach(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    throw error.name === "AbortError" ? error : new ApiError(UNREACHABLE, { cause: error });
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
  const sentence = said[0].toUpperCase() + said.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

function filtersOf(restriction) {
  if (!restriction) return undefined;
  const { document_ids, section_prefix, pages } = restriction;
  return { document_ids, section_prefix, pages };
}
