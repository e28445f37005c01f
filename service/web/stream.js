// Server-sent events, read from a response: fetch can POST a question and be stopped, EventSource can do neither.

/**
 * The events of a response: [{id, name, data}] as they come, `data` parsed. Comments are left out, and so is an
 * event that is not whole when the response ends.
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
