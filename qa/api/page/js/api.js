// The service's routes. A refusal is thrown as an Error whose message is the problem's detail (RFC 9457).

const KEY = "financeqa-key";
const N_BEST = 4; // possible answers
const TRIES = 5; // of what is refused because many are asking
const PATIENCE = 10; // seconds that are waited between them
let askForKey = async () => null;

/** Says how a key is got where the service wants one: a function that gives it, or null. */
export function keysFrom(ask) {
  askForKey = ask;
}

async function send(path, options = {}, tries = TRIES) {
  const key = sessionStorage.getItem(KEY);
  const headers = { ...options.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
  const response = await fetch(path, { ...options, headers }).catch((error) => {
    throw error.name === "AbortError" ? error : new Error("the service cannot be reached");
  });
  if (response.status === 401) {
    const given = await askForKey();
    if (given) {
      sessionStorage.setItem(KEY, given);
      return send(path, options, tries);
    }
  }
  const seconds = Number(response.headers.get("Retry-After"));
  if ((response.status === 503 || response.status === 429) && tries > 1 && seconds && seconds <= PATIENCE) {
    await pause(seconds, options.signal);
    return send(path, options, tries - 1);
  }
  if (!response.ok) throw await problem(response);
  return response;
}

function pause(seconds, signal) {
  return new Promise((done, fail) => {
    const timer = setTimeout(done, 1000 * seconds);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      fail(signal.reason);
    }, { once: true });
  });
}

async function problem(response) {
  const told = await response.json().catch(() => ({}));
  const wait = response.headers.get("Retry-After");
  const error = new Error(told.detail || told.title || `the service answered ${response.status}`);
  error.status = response.status;
  if (wait) error.message += ` (again in ${wait} seconds)`;
  return error;
}

async function post(path, body, signal) {
  const headers = { "Content-Type": "application/json" };
  return send(path, { method: "POST", headers, body: JSON.stringify(body), signal });
}

const page = (citation) => `/v1/documents/${citation.document}/pages/${citation.page}`;

export const ask = async (question, signal) => (await post("/v1/ask", { ...question, n_best: N_BEST }, signal)).json();
export const search = async (fields) => (await send(`/v1/search?${new URLSearchParams(fields)}`)).json();
export const documents = async () => (await send("/v1/documents?limit=1000")).json();
export const remove = (id) => send(`/v1/documents/${id}`, { method: "DELETE" });
export const feedback = (told) => post("/v1/feedback", told);

export async function pageText(citation, before, after) {
  const start = Math.max(0, citation.start - before);
  const fields = new URLSearchParams({ start, length: citation.end - start + after });
  return (await send(`${page(citation)}?${fields}`)).json();
}

export async function pageTable(citation) {
  const response = await send(`${page(citation)}/table?at=${citation.start}`).catch((error) => {
    if (error.status === 404) return null;
    throw error;
  });
  return response && response.json();
}

/** The page as a picture with the citation's box marked, as an address for an image. */
export async function pageImage(citation) {
  const response = await send(`${page(citation)}/image?box=${citation.box.join(",")}`);
  return URL.createObjectURL(await response.blob());
}

/** Uploads a file, and calls `tell` with the upload whenever it has got further. */
export async function upload(form, tell) {
  let known = await (await send("/v1/documents", { method: "POST", body: form })).json();
  tell(known);
  const events = await send(`/v1/uploads/${known.id}/events`);
  for await (const data of eventData(events.body)) {
    known = JSON.parse(data);
    tell(known);
  }
  return known;
}

/** The data of server-sent events. EventSource cannot send a key, so the stream is read here. */
async function* eventData(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (rest + value).split(/\r?\n\r?\n/);
    rest = events.pop();
    for (const event of events) {
      const data = event.split(/\r?\n/).filter((line) => line.startsWith("data:"));
      if (data.length) yield data.map((line) => line.slice(5).trim()).join("\n");
    }
  }
}
