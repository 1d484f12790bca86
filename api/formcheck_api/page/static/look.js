// A first look at the chosen clip, before it is sent: what the browser sees at once, then what the service sees in a few
// pictures.
import { $, ask, element, say } from "./site.js";
import { chosenEnds } from "./trim.js";

const SHORT_S = 8;
const LONG_S = 30;
const SMALL_PX = 480; // shorter side: a runner in it has legs of some 150 px
const GOOD_FPS = 59;
const DARK = 50; // mean brightness of 0 to 255
const MEGABYTE = 1_000_000;
const PICTURES = 5;
const SHOWN_WITHIN_S = 10; // on a slow phone; some browsers load nothing before it is asked for
const BEYOND_ANY_CLIP_S = 1e6;
const PICTURE_PX = 640; // longer side: the pose model looks at 256

let address = null;
let current = 0;

let awake = false;

/** Wake the one who will look, at the first sign of a runner: loading the pose model takes as long as choosing a clip. */
export function wake() {
  if (awake) return;
  awake = true;
  ask("/look", { method: "POST", body: JSON.stringify({ pictures: [] }) }).catch(() => null); // the look will tell
}

/** Show the clip; its length in seconds, or null where this browser cannot show it. */
export async function showClip(file) {
  if (address) URL.revokeObjectURL(address);
  address = URL.createObjectURL(file);
  current += 1; // what is seen of the clip before is of no interest now
  $("checks").replaceChildren();
  const video = $("preview");
  video.hidden = false;
  video.src = address;
  turned = 0;
  showTurned();
  try {
    await happens(video, "loadeddata", SHOWN_WITHIN_S);
  } catch {
    video.hidden = true;
    return null;
  }
  return lengthOf(video);
}

/** Some recordings do not say how long they are: a browser knows once it has looked for their end. */
async function lengthOf(video) {
  if (!Number.isFinite(video.duration)) {
    video.currentTime = BEYOND_ANY_CLIP_S;
    await happens(video, "durationchange", SHOWN_WITHIN_S).catch(() => null);
    video.currentTime = 0;
  }
  return Number.isFinite(video.duration) ? video.duration : null;
}

let seen = {}; // the clip that was looked at
let turned = 0; // degrees clockwise by which its pictures are turned

/** By how much the clip is to be turned, degrees clockwise. */
export const turnedDeg = () => turned;

/** Turn the clip by so much more, and look again. */
function turn(deg) {
  turned = (turned + deg) % 360;
  showTurned();
  lookAt(seen.file, seen.fps, $("preview").currentTime);
}

function showTurned() {
  const { videoWidth: width, videoHeight: height, style } = $("preview");
  style.rotate = `${turned}deg`;
  style.scale = turned % 180 ? Math.min(width, height) / Math.max(width, height) : 1; // within the place it has
}

/**
 * Say what can be said of the clip that is shown, and show its picture at `then_s`; `fps` is undefined where the file does
 * not tell.
 */
export async function lookAt(file, fps, then_s = 0) {
  seen = { file, fps };
  const mine = (current += 1);
  $("checks").replaceChildren();
  if ($("preview").hidden) {
    tell("watch", say("cannot_show"));
    return;
  }
  tellOfFile(file, $("preview"), fps);
  await lookAtPictures($("preview"), then_s, () => mine === current);
}

function tellOfFile(file, { videoWidth: width, videoHeight: height }, fps) {
  const { start, end } = chosenEnds();
  lengthLine = ofLength(end - start);
  $("checks").append(lengthLine);
  if (fps) tell(fps < GOOD_FPS ? "watch" : "ok", say(fps < GOOD_FPS ? "rate_low" : "rate_good", { fps: fps.toFixed(0) }));
  const small = Math.min(width, height) < SMALL_PX;
  const megabytes = (file.size / MEGABYTE).toFixed(1);
  const turned = say(height > width ? "upright" : "sideways");
  tell(small ? "watch" : "ok", `${turned} ${say(small ? "size_small" : "size_good", { width, height, megabytes })}`);
}

// What was cut away is judged no more.
$("trim").addEventListener("change", ({ target }) => lookAt(seen.file, seen.fps, Number(target.value)));

let lengthLine = null;
$("trim").addEventListener("cut", ({ detail: seconds }) => {
  const line = ofLength(seconds);
  lengthLine?.replaceWith(line);
  lengthLine = line;
});

function ofLength(seconds) {
  const length = seconds < SHORT_S ? "length_short" : seconds > LONG_S ? "length_long" : "length_good";
  return checkLine(length === "length_good" ? "ok" : "watch", say(length, { seconds: seconds.toFixed(0) }));
}

async function lookAtPictures(video, then_s, wanted) {
  const line = tell("busy", say("looking"));
  try {
    const canvas = scaledCanvas(video);
    const { pictures, brightness } = await picturesOf(video, canvas, wanted);
    if (!wanted()) return;
    video.currentTime = then_s;
    const dark = brightness < DARK;
    line.before(checkLine(dark ? "act" : "ok", say(dark ? "dark" : "bright")));
    const asked = { pictures, scale: Math.max(video.videoWidth, video.videoHeight) / Math.max(canvas.width, canvas.height) };
    const { reasons } = await ask(`/look?lang=${document.documentElement.lang}`, { method: "POST", body: JSON.stringify(asked) });
    if (wanted()) line.replaceWith(...looked(reasons));
  } catch {
    if (wanted()) line.replaceWith(checkLine("watch", say("look_failed")));
  }
}

function looked(reasons) {
  if (!reasons) return [checkLine("watch", say("look_failed"))];
  if (!reasons.length) return [checkLine("ok", say("look_good"))];
  return reasons.map(({ says, turn_deg: deg }) => {
    const line = checkLine("act", says);
    if (deg) line.append(" ", turnButton(deg));
    return line;
  });
}

function turnButton(deg) {
  const button = element("button", { type: "button", class: "button" }, say("turn"));
  button.addEventListener("click", () => turn(deg));
  return button;
}

async function picturesOf(video, canvas, wanted) {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const { start, end } = chosenEnds();
  const pictures = [];
  let brightness = 0;
  for (let i = 0; i < PICTURES && wanted(); i += 1) {
    video.currentTime = start + ((i + 0.5) / PICTURES) * (end - start);
    await happens(video, "seeked");
    drawTurned(context, video, canvas);
    brightness += meanOf(context, canvas) / PICTURES;
    pictures.push(canvas.toDataURL("image/jpeg", 0.8).split(",")[1]);
  }
  return { pictures, brightness };
}

function scaledCanvas({ videoWidth, videoHeight }) {
  const [width, height] = turned % 180 ? [videoHeight, videoWidth] : [videoWidth, videoHeight];
  const scale = Math.min(1, PICTURE_PX / Math.max(width, height));
  return element("canvas", { width: Math.round(scale * width), height: Math.round(scale * height) });
}

function drawTurned(context, video, { width, height }) {
  const [across, down] = turned % 180 ? [height, width] : [width, height];
  context.resetTransform();
  context.translate(width / 2, height / 2);
  context.rotate((turned * Math.PI) / 180);
  context.drawImage(video, -across / 2, -down / 2, across, down);
}

function meanOf(context, { width, height }) {
  const { data } = context.getImageData(0, 0, width, height);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
  return (4 * sum) / data.length;
}

const checkLine = (level, words) => element("li", { class: level }, words);

function tell(level, words) {
  const line = checkLine(level, words);
  $("checks").append(line);
  return line;
}

function happens(target, name, within_s = Infinity) {
  return new Promise((resolve, reject) => {
    if (within_s < Infinity) setTimeout(reject, 1000 * within_s);
    target.addEventListener(name, resolve, { once: true });
    target.addEventListener("error", reject, { once: true });
  });
}
