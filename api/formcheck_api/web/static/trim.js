// Cutting a clip to the running before it is sent: less to send, and less to wait for.
import { $, say } from "./site.js";
import { cutMp4, cutStart } from "./cut.js";
import { readMp4 } from "./mp4.js";

const LEAST_S = 1;

let track = null;

/** Show the ends of a clip to move, where its kind of file can be cut; what is known of its pictures, or null. */
export async function offerTrim(file) {
  track = null;
  $("trim").hidden = true;
  const found = await readMp4(file);
  $("trim-no").hidden = found !== null;
  if (!found || found.duration_s < 2 * LEAST_S) return found;
  track = found;
  for (const end of [$("trim-start"), $("trim-end")]) end.max = found.duration_s.toFixed(1);
  $("trim-start").value = 0;
  $("trim-end").value = found.duration_s;
  $("trim").hidden = false;
  show();
  return found;
}

/** What is to be sent: the part between the ends, or all of the clip. */
export async function chosenPart(file) {
  const { start, end } = ends();
  if (!track || (start < LEAST_S / 10 && end > track.duration_s - LEAST_S / 10)) return file;
  const part = cutMp4(track, start, end);
  return part && (await plays(part)) ? part : file;
}

/** Start and end of what is to be sent, in seconds of the preview. */
export const chosenEnds = (duration) => (track ? ends() : { start: 0, end: duration });

const ends = () => ({ start: Number($("trim-start").value), end: Number($("trim-end").value) });

function show() {
  const { end } = ends();
  const start = cutStart(track, ends().start);
  const told = { start: start.toFixed(1), end: end.toFixed(1), seconds: (end - start).toFixed(1) };
  $("trim-told").value = say("trim_left", told);
  $("trim").dispatchEvent(new CustomEvent("cut", { detail: end - start }));
}

for (const [moved, other, away] of [["trim-start", "trim-end", 1], ["trim-end", "trim-start", -1]]) {
  $(moved).addEventListener("input", () => {
    const limit = Number($(moved).value) + away * LEAST_S; // the ends never meet
    if (away * (Number($(other).value) - limit) < 0) $(other).value = limit;
    $("preview").currentTime = Number($(moved).value);
    show();
  });
}

/** Whether this browser takes the cut clip for one; if not, the whole clip is sent. */
function plays(part) {
  const video = document.createElement("video");
  video.preload = "metadata";
  video.muted = true;
  video.src = URL.createObjectURL(part);
  return new Promise((resolve) => {
    video.onloadedmetadata = () => resolve(video.duration > 0);
    video.onerror = () => resolve(false);
  }).finally(() => URL.revokeObjectURL(video.src));
}
