// Send a clip by tus, until all of it has arrived: after a lost connection it goes on from where it stopped.
import { problemWords, receipt, say } from "./site.js";
import { Upload } from "./tus.js";

const PIECE = 8_000_000; // bytes of one request, which a proxy must allow
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
 * Send a clip under a word of its own, with `told` ({name, options}), and give the id of its analysis back.
 * `on.progress(sent, all)` is told how many bytes have gone, `on.waiting(s)` that the connection was lost. `stop` is an
 * AbortSignal; `nudge` an EventTarget whose "now" ends a wait.
 */
export async function send(clip, told, word, { on, stop, nudge }) {
  let wait = FIRST_WAIT_S;
  let furthest = 0;
  const line = { stop, mayBeAccepted: false };
  const upload = new Upload(clip, {
    endpoint: "/v1/uploads",
    headers: { Authorization: `Bearer ${receipt()}`, "Idempotency-Key": word },
    metadata: { filename: told.name, ...options(told) },
    chunkSize: PIECE,
    retryDelays: null, // the page waits by itself, and says so
    storeFingerprintForResuming: false,
    fileReader: { openFile },
    onBeforeRequest: (asked) => isLast(asked, clip) && (line.mayBeAccepted = true),
    onProgress(sent) {
      if (sent > furthest) [furthest, wait] = [sent, FIRST_WAIT_S]; // the line works
      on.progress(sent, clip.size);
    },
  });
  for (;;) {
    try {
      return await sendRest(upload, line);
    } catch (error) {
      if (error instanceof Refused || stop.aborted) {
        if (stop.aborted || !line.mayBeAccepted) upload.abort(true).catch(() => null); // else it goes a day later
        throw error;
      }
      await rest(wait, on.waiting, stop, nudge);
      wait = Math.min(2 * wait, LONGEST_WAIT_S);
    }
  }
}

const options = (told) => Object.fromEntries(Object.entries(told.options).filter(([, value]) => value !== null));

/** With the last bytes the clip may be accepted, even if no answer says so: then it is kept. */
const isLast = (asked, clip) =>
  asked.getMethod() === "PATCH" && Number(asked.getHeader("Upload-Offset")) + PIECE >= clip.size;

function sendRest(upload, line) {
  const before = line.mayBeAccepted;
  return new Promise((resolve, reject) => {
    const stopped = () => {
      upload.abort();
      reject(new Error("stopped"));
    };
    line.stop.addEventListener("abort", stopped, { once: true });
    upload.options.onSuccess = ({ lastResponse }) => {
      line.stop.removeEventListener("abort", stopped);
      resolve(lastResponse.getHeader("Analysis-Location").split("/").pop());
    };
    upload.options.onError = (error) => {
      line.stop.removeEventListener("abort", stopped);
      const refusal = refusalOf(error);
      if (refusal && refusal.status && refusal.status < 500) line.mayBeAccepted = before;
      reject(refusal ?? new Error("lost"));
    };
    if (line.stop.aborted) stopped();
    else upload.start();
  });
}

/** The clip as tus reads it, piece by piece. Read here: sending a file that is gone looks like a lost connection. */
async function openFile(clip) {
  const slice = async (start, end) => {
    try {
      const value = new Blob([await clip.slice(start, end).arrayBuffer()]);
      return { value, done: end >= clip.size };
    } catch {
      throw new Refused(say("unreadable"));
    }
  };
  return { size: clip.size, slice, close() {} };
}

/** Why the service, or this device, refuses for good; null where trying again may help. */
function refusalOf({ causingError, originalResponse }) {
  if (causingError instanceof Refused) return causingError;
  const status = originalResponse?.getStatus();
  if (!status) return null;
  const problem = problemOf(originalResponse);
  if (isTemporary(status, problem?.code)) return null;
  return new Refused(problem?.title ? problemWords(problem) : say("refused", { status }), status);
}

function problemOf(answer) {
  try {
    return JSON.parse(answer.getBody());
  } catch {
    return null;
  }
}

/** A stalled piece, one that fits nowhere, too many requests; a proxy in trouble or a service that is just starting. */
function isTemporary(status, code) {
  if (status >= 500 && !code) return true; // not the service's own words
  return [404, 408, 409, 429, 502, 503, 504].includes(status) && code !== "upload_limit";
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
