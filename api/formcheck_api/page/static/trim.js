// Cutting a clip to the running before it is sent: less to send, and less to wait for.
import { $, say } from "./site.js";
import { cutMp4, cutStart } from "./cut.js";

const LEAST_S = 1;
const PLAYS_WITHIN_S = 3; // reading what a cut clip says of itself takes a few milliseconds
const AT_ONCE_S = 0.1; // a part that differs by less is not worth a cut

let track = null; // of the file, where it can be cut here
let duration_s = 0;

/** Forget the file before: nothing of it may be sent for the next one. */
export function noTrim() {
  track = null;
  duration_s = 0;
  $("trim").hidden = true;
}

/** Offer the ends of a clip to be moved; `shown_s` is its length in the preview, null where it cannot be shown. */
export function offerTrim(found, shown_s) {
  track = found;
  duration_s = shown_s ?? found?.duration_s ?? 0;
  $("trim").hidden = duration_s < 2 * LEAST_S;
  $("trim-no").hidden = found !== null;
  if ($("trim").hidden) return;
  for (const end of [$("trim-start"), $("trim-end")]) end.max = duration_s.toFixed(1);
  $("trim-start").value = 0;
  $("trim-end").value = duration_s;
  show();
}

/**
 * What is to be sent: {clip, from_s, to_s}. A cut begins at the key frame before the start, and may hold a picture from
 * beyond the end that others are coded by; so the ends are told with it. A file that cannot be cut is sent whole.
 */
export async function chosenPart(file) {
  const { start, end } = chosenEnds();
  const whole = { clip: file, from_s: null, to_s: null };
  if ($("trim").hidden || (start < AT_ONCE_S && end > duration_s - AT_ONCE_S)) return whole;
  const clip = track?.file === file ? cutOf(start, end) : null;
  if (!clip || !(await plays(clip))) return { clip: file, from_s: start, to_s: end };
  const begins_s = cutStart(track, start);
  return { clip, from_s: Math.max(0, start - begins_s), to_s: end - begins_s };
}

/** Start and end of the part that is to be measured, in seconds of the clip. */
export function chosenEnds() {
  if ($("trim").hidden) return { start: 0, end: duration_s };
  return { start: Number($("trim-start").value), end: Number($("trim-end").value) };
}

function show() {
  const { start, end } = chosenEnds();
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

/** The part of the file as a file of its own; null where its table of contents turns out not to be as expected. */
function cutOf(start, end) {
  try {
    return cutMp4(track, start, end);
  } catch {
    return null; // sent whole
  }
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
    setTimeout(() => resolve(false), 1000 * PLAYS_WITHIN_S); // some browsers load nothing before it is asked for
  }).finally(() => URL.revokeObjectURL(video.src));
}
