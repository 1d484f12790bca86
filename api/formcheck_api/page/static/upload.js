// Send a clip in pieces, until all of it has arrived: after a lost connection it goes on from where it stopped.
import { problemWords, receipt, say } from "./site.js";

const PIECE = 8_000_000; // bytes
const FIRST_WAIT_S = 2;
const LONGEST_WAIT_S = 30;

/** Thrown when the service refuses the clip: sending it again would not help. */
export class Refused extends Error {
  constructor(words, status = 0) {
    super(words);
    this.status = status;
  }
}

/**
 * Send a clip under a word of its own, with `told` ({name, options}), and give the analysis back. `on.progress(sent,
 * all)` is told how many bytes have gone, `on.waiting(s)` that the connection was lost. `stop` is an AbortSignal; `nudge`
 * an EventTarget whose "now" ends a wait.
 */
export async function send(clip, told, word, { on, stop, nudge }) {
  const line = { path: `/uploads/${word}`, stop, mayBeAccepted: false };
  let wait = FIRST_WAIT_S;
  let furthest = 0;
  const progress = (sent) => {
    if (sent > furthest) [furthest, wait] = [sent, FIRST_WAIT_S]; // the line works
    on.progress(sent, clip.size);
  };
  for (;;) {
    try {
      return await sendRest(line, clip, told, progress);
    } catch (error) {
      if (error instanceof Refused || stop.aborted) {
        if (stop.aborted || !line.mayBeAccepted) drop(line);
        throw error;
      }
      await rest(wait, on.waiting, stop, nudge);
      wait = Math.min(2 * wait, LONGEST_WAIT_S);
    }
  }
}

/** Delete what has arrived, and the analysis of it; where that fails, a clip that is not whole is deleted a day later. */
const drop = (line) => line.ended.then(() => request(line, "DELETE")).catch(() => null);

async function sendRest(line, clip, told, progress) {
  let { arrived, analysis } = await request(line, "GET", `?bytes=${clip.size}`);
  while (!analysis && arrived < clip.size) {
    const from = arrived;
    progress(from);
    const piece = await read(clip.slice(from, from + PIECE));
    ({ arrived } = await request(line, "PATCH", `?offset=${from}`, piece, (sent) => progress(from + Math.min(sent, piece.byteLength))));
  }
  return analysis ?? complete(line, JSON.stringify({ ...told, bytes: clip.size }));
}

/** Have the clip analysed. Without an answer, or with a fault for one, it may be accepted all the same: then it is kept. */
async function complete(line, told) {
  const before = line.mayBeAccepted;
  line.mayBeAccepted = true;
  try {
    return await request(line, "POST", "", told);
  } catch (error) {
    if (error instanceof Refused && error.status < 500) line.mayBeAccepted = before;
    throw error;
  }
}

/** Bytes of the clip. Read here: sending a file that is gone looks like a lost connection. */
async function read(piece) {
  try {
    return await piece.arrayBuffer();
  } catch {
    throw new Refused(say("unreadable"));
  }
}

function request(line, method, query = "", body = null, progress = null) {
  const { path, stop } = line;
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest(); // fetch tells no progress of an upload
    const lost = () => reject(new Error("lost"));
    asked.open(method, path + query);
    asked.setRequestHeader("Authorization", `Bearer ${receipt()}`);
    if (method === "POST") asked.setRequestHeader("Content-Type", "application/json");
    asked.responseType = "json";
    if (progress) asked.upload.onprogress = (event) => progress(event.loaded);
    asked.onload = () => {
      if (asked.status < 300) resolve(asked.response);
      else if (isTemporary(asked.status, asked.response?.code)) lost();
      else reject(new Refused(asked.response?.title ? problemWords(asked.response) : say("refused", { status: asked.status }), asked.status));
    };
    line.ended = new Promise((done) => (asked.onloadend = done));
    asked.onerror = asked.ontimeout = asked.onabort = lost;
    if (method === "POST") stop.addEventListener("abort", lost, { once: true }); // it ends, then all of it is deleted
    else if (method !== "DELETE") stop.addEventListener("abort", () => asked.abort(), { once: true });
    asked.send(body);
  });
}

/** A stalled piece, one that fits nowhere, too many requests; a proxy in trouble or a service that is just starting. */
function isTemporary(status, code) {
  if (status >= 500 && !code) return true; // not the service's own words
  return [408, 409, 429, 502, 503, 504].includes(status) && code !== "upload_limit";
}

function rest(seconds, waiting, stop, nudge) {
  return new Promise((resolve) => {
    let left = seconds;
    waiting(left);
    const timer = setInterval(() => ((left -= 1) > 0 ? waiting(left) : done()), 1000);
    const done = () => {
      clearInterval(timer);
      for (const [target, name] of ends) target.removeEventListener(name, done);
      resolve();
    };
    const ends = [[nudge, "now"], [window, "online"], [stop, "abort"]];
    for (const [target, name] of ends) target.addEventListener(name, done);
  });
}
