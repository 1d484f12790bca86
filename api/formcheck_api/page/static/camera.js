// Filming on the page itself: a finder with an outline to stand in, a level, what the service says of the framing, and
// ten seconds recorded. Nothing leaves the device but small stills for the framing until the clip is sent.
import { $, ask, say } from "./site.js";

const WANTED = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 60 } };
const KINDS = ["video/mp4;codecs=avc1.640028", "video/mp4", "video/webm;codecs=vp9", "video/webm"];
const BITS_A_SECOND = 12_000_000; // sharp shoes at 1080p60
const RECORDED_S = 10;
const WALK_S = 10; // from the phone back onto the belt, and into stride
const STILLS = 3;
const STILL_EVERY_MS = 500; // a stride lasts 0.7 s: different phases of it
const STILL_PX = 640; // longer side: the pose model looks at 256
const LEVEL_DEG = 1;
const GOOD_FPS = 50;

let stream = null;
let recorder = null;
let round = 0; // what began in an earlier one says nothing any more

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Offer filming where the browser can; `onClip` gets what was recorded, as a file. */
export function offerCamera(onClip) {
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) return;
  $("film-here").hidden = false;
  $("film-here").addEventListener("click", open);
  $("live-close").addEventListener("click", close);
  $("live").addEventListener("cancel", (event) => (event.preventDefault(), close()));
  $("live-record").addEventListener("click", () => record(onClip));
  addEventListener("pagehide", close);
  document.addEventListener("visibilitychange", () => document.hidden && close());
}

async function open() {
  release();
  const mine = round;
  showLive(true);
  $("live-status").textContent = say("camera_opening");
  const mayFeel = window.DeviceMotionEvent?.requestPermission?.().catch(() => null); // asked within the tap, or never
  try {
    const opened = await navigator.mediaDevices.getUserMedia({ video: WANTED, audio: false });
    if (mine !== round) return opened.getTracks().forEach((track) => track.stop()); // closed meanwhile
    stream = opened;
  } catch (error) {
    return mine === round && fail(error);
  }
  const finder = $("finder");
  finder.srcObject = stream;
  await finder.play().catch(() => null);
  $("live-status").textContent = say("looking");
  const { frameRate } = stream.getVideoTracks()[0].getSettings();
  $("live-rate").textContent = frameRate ? say(frameRate < GOOD_FPS ? "camera_slow" : "rate_good", { fps: Math.round(frameRate) }) : "";
  $("live-record").disabled = false;
  stream.getVideoTracks()[0].addEventListener("ended", () => mine === round && fail({ name: "NotReadableError" }));
  await mayFeel;
  addEventListener("devicemotion", level);
  watchFraming(mine);
}

function fail({ name }) {
  release();
  const reasons = { NotAllowedError: "camera_refused", NotFoundError: "camera_none", NotSupportedError: "camera_no_recording" };
  const why = reasons[name] ?? "camera_busy";
  $("live-status").textContent = say(why);
}

function close() {
  if (!$("live").open) return;
  release();
  showLive(false);
  $("film-here").focus();
}

function release() {
  round += 1;
  removeEventListener("devicemotion", level);
  if (recorder?.state === "recording") recorder.stop();
  recorder = null;
  stream?.getTracks().forEach((track) => track.stop());
  stream = $("finder").srcObject = null;
  $("live-record").disabled = true;
  delete $("live").dataset.framing;
  $("live-record").textContent = say("camera_record", { seconds: RECORDED_S });
  $("live-count").textContent = $("live-rate").textContent = "";
}

function showLive(isLive) {
  if (isLive === $("live").open) return;
  if (!isLive) return $("live").close();
  $("live").showModal(); // the finder takes the whole screen
  $("live-title").focus();
}

/** The phone's roll against gravity, whichever way it is held. */
function level({ accelerationIncludingGravity: pull }) {
  if (!pull || pull.x === null || Math.hypot(pull.x, pull.y) < Math.abs(pull.z)) return; // lies flat
  const rolled = (Math.atan2(pull.x, pull.y) * 180) / Math.PI;
  const off = rolled - 90 * Math.round(rolled / 90);
  $("live-level").hidden = false;
  $("live-level").style.rotate = `${off.toFixed(1)}deg`;
  $("live-level").classList.toggle("ok", Math.abs(off) < LEVEL_DEG);
}

async function watchFraming(mine) {
  const canvas = document.createElement("canvas");
  while (mine === round && !recorder) {
    const pictures = [];
    for (let i = 0; i < STILLS && mine === round; i += 1) {
      pictures.push(still(canvas));
      await pause(STILL_EVERY_MS);
    }
    const scale = $("finder").videoWidth / canvas.width;
    const body = JSON.stringify({ pictures, scale });
    const seen = await ask(`/look?lang=${document.documentElement.lang}`, { method: "POST", body }).catch(() => null);
    if (mine !== round || recorder) return;
    $("live").dataset.framing = seen?.reasons ? (seen.reasons.length ? "act" : "ok") : "";
    $("live-status").textContent = seen?.reasons ? (seen.reasons[0]?.says ?? say("look_good")) : say("look_failed");
  }
}

function still(canvas) {
  const { videoWidth: width, videoHeight: height } = $("finder");
  const scale = Math.min(1, STILL_PX / Math.max(width, height));
  Object.assign(canvas, { width: Math.round(scale * width), height: Math.round(scale * height) });
  canvas.getContext("2d").drawImage($("finder"), 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
}

let skip = null;

/** Count down, record, hand over. Pressed again while it counts, it begins at once; while it records, it ends. */
async function record(onClip) {
  if (recorder?.state === "recording") return recorder.stop();
  if (skip) return skip();
  const mine = round;
  await countDown(mine);
  if (mine !== round) return;
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  const parts = [];
  try {
    recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: BITS_A_SECOND });
  } catch {
    return fail({ name: "NotSupportedError" });
  }
  const now = recorder;
  now.addEventListener("dataavailable", ({ data }) => parts.push(data));
  now.addEventListener("error", () => mine === round && fail({ name: "NotReadableError" }));
  now.addEventListener("stop", () => mine === round && finish(parts, now.mimeType, onClip));
  now.start();
  $("live-record").textContent = say("camera_stop");
  for (let left = RECORDED_S; left > 0 && now.state === "recording"; left -= 1) {
    $("live-count").textContent = say("camera_recording", { seconds: left });
    await pause(1000);
  }
  if (now.state === "recording") now.stop();
}

async function countDown(mine) {
  let isSkipped = false;
  skip = () => (isSkipped = true);
  $("live-record").textContent = say("camera_now");
  for (let left = WALK_S; left > 0 && !isSkipped && mine === round; left -= 0.1) {
    $("live-count").textContent = say("camera_starts", { seconds: Math.ceil(left) });
    await pause(100);
  }
  skip = null;
}

function finish(parts, type, onClip) {
  const ending = type.includes("mp4") ? "mp4" : "webm";
  const file = new File(parts, `${say("camera_name")}.${ending}`, { type: type.split(";")[0] });
  release();
  showLive(false);
  onClip(file);
}
