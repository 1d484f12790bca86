// A first look at the chosen clip, before a byte of it is sent.
import { $, element, say } from "./site.js";

const SHORT_S = 8;
const LONG_S = 30;
const SMALL_PX = 480; // shorter side: a runner in it has legs of some 150 px
const DARK = 50; // mean brightness of 0 to 255
const MEGABYTE = 1_000_000;

let address = null;

/** Show the clip and what can be said of it at once. */
export async function lookAt(file) {
  if (address) URL.revokeObjectURL(address);
  address = URL.createObjectURL(file);
  $("checks").replaceChildren();
  const video = $("preview");
  video.src = address;
  video.hidden = false;
  try {
    await happens(video, "loadeddata");
  } catch {
    video.hidden = true;
    tell("watch", say("cannot_show"));
    return;
  }
  const { duration, videoWidth: width, videoHeight: height } = video;
  const seconds = duration.toFixed(0);
  if (duration < SHORT_S) tell("watch", say("length_short", { seconds }));
  else tell(duration > LONG_S ? "watch" : "ok", say(duration > LONG_S ? "length_long" : "length_good", { seconds }));
  const small = Math.min(width, height) < SMALL_PX;
  const megabytes = (file.size / MEGABYTE).toFixed(1);
  tell(small ? "watch" : "ok", say(small ? "size_small" : "size_good", { width, height, megabytes }));
  tell("ok", say(height > width ? "upright" : "sideways"));
  const dark = brightness(video) < DARK;
  tell(dark ? "act" : "ok", say(dark ? "dark" : "bright"));
}

function tell(level, words) {
  const line = element("li", { class: level }, words);
  $("checks").append(line);
  return line;
}

function happens(target, name) {
  return new Promise((resolve, reject) => {
    target.addEventListener(name, resolve, { once: true });
    target.addEventListener("error", reject, { once: true });
  });
}

/** Mean brightness of the picture that the video shows now, 0 to 255. */
function brightness(video) {
  const canvas = element("canvas", { width: 64, height: 64 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0, 64, 64);
  const { data } = context.getImageData(0, 0, 64, 64);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
  return sum / (data.length / 4);
}
