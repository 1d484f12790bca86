// Send a clip, again and again until it has arrived: the same key each time, so that it is taken once.
import { problemWords, receipt } from "./site.js";

const FIRST_WAIT_S = 2;
const LONGEST_WAIT_S = 30;

/** Thrown when the service refuses the clip: sending it again would not help. */
export class Refused extends Error {}

/**
 * Send a form and give the analysis back. `on.progress(sent, all)` is told how many bytes have gone, `on.waiting(s)`
 * that the connection was lost. `stop` is an AbortSignal; `nudge` an EventTarget whose "now" ends a wait.
 */
export async function send(form, key, { on, stop, nudge }) {
  for (let wait = FIRST_WAIT_S; ; wait = Math.min(2 * wait, LONGEST_WAIT_S)) {
    try {
      return await sendOnce(form, key, on.progress, stop);
    } catch (error) {
      if (error instanceof Refused || stop.aborted) throw error;
      await rest(wait, on.waiting, stop, nudge);
    }
  }
}

function sendOnce(form, key, progress, stop) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch tells no progress of an upload
    const lost = () => reject(new Error("lost"));
    request.open("POST", "/v1/analyses");
    request.setRequestHeader("Idempotency-Key", key);
    request.setRequestHeader("Authorization", `Bearer ${receipt()}`);
    request.responseType = "json";
    request.upload.onprogress = (event) => progress(event.loaded, event.total);
    request.onload = () => {
      if (request.status < 300 && request.response) resolve(request.response);
      else if (temporary(request.status) || !request.response) lost();
      else reject(new Refused(problemWords(request.response)));
    };
    request.onerror = request.ontimeout = request.onabort = lost;
    stop.addEventListener("abort", () => request.abort(), { once: true });
    request.send(form);
  });
}

/** A stalled upload, too many requests, a proxy or a service that is just starting. */
const temporary = (status) => [408, 429, 502, 503, 504].includes(status);

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
