// Before: choose a clip, look at it, add a little about the runner, upload it.
import { $, clips, newUploadWord, say, showWrong } from "./site.js";
import { offerCamera } from "./camera.js";
import { lookAt, showClip, turnedDeg, wake } from "./look.js";
import { readMp4 } from "./mp4.js";
import { chosenPart, noTrim, offerTrim } from "./trim.js";
import { Refused, send } from "./upload.js";
import "./history.js";

const MEGABYTE = 1_000_000;
const CM_PER_INCH = 2.54;
const KMH_PER_MPH = 1.609344;
const METRES_BELOW = 3; // nobody is 3 cm or 3 m tall: a smaller height is meant in metres

const main = $("main");
const largest = Number(main.dataset.largestMb);
const MOST_TOGETHER = 3; // left, right and behind
const joined = new URLSearchParams(location.search).get("with")?.split(",") ?? []; // clips of the same run, sent before
const earlier = [...joined];
let clip = null;
let rest = []; // chosen together with it, to be sent after it
$("joining").hidden = joined.length === 0;
$("sides-note").hidden = joined.length > 0;

for (const sign of ["pointerdown", "keydown", "scroll"]) addEventListener(sign, wake, { once: true, passive: true });
for (const input of [$("clip"), $("camera")]) {
  input.addEventListener("change", () => input.files[0] && chooseAll([...input.files]));
}
offerCamera((file) => chooseAll([file]));
$("other").addEventListener("click", () => {
  $("clip").value = ""; // the same file may be chosen again
  $("clip").click();
});

function chooseAll(files) {
  const most = MOST_TOGETHER - joined.length;
  rest = files.slice(1, most);
  $("too-many").hidden = files.length <= most;
  $("too-many").textContent = say("too_many", { most });
  choose(files[0]);
}

async function choose(file) {
  clip = file;
  showWrong(null);
  if (rest.length > 0 || joined.length > 0) {
    $("chosen-title").textContent = say("clip_of", { number: joined.length + 1, all: joined.length + 1 + rest.length });
  }
  $("send").disabled = true; // until it is known what would be sent
  noTrim();
  $("choose").hidden = true;
  for (const note of document.querySelectorAll("#clip-form > .touch")) note.hidden = true;
  $("chosen").hidden = false;
  $("chosen-title").focus();
  try {
    const [shown_s, track] = await Promise.all([showClip(file), readMp4(file)]);
    if (clip !== file) return; // another was chosen meanwhile
    offerTrim(track, shown_s);
    $("send").disabled = false;
    lookAt(file, track?.fps);
  } catch {
    if (clip === file) showWrong(say("unreadable"));
  }
}

// A field that is out of range has to be seen, or pressing Send does nothing.
$("clip-form").addEventListener("invalid", ({ target }) => target.closest("details")?.setAttribute("open", ""), true);

$("height-cm").addEventListener("change", ({ target }) => {
  const height = Number(target.value);
  if (height > 0 && height < METRES_BELOW) target.value = Math.round(100 * height);
});

/** What the runner entered, in the API's units. */
function entered() {
  const metric = document.documentElement.dataset.units === "metric";
  const value = (id) => (($(id).value === "" ? null : Number($(id).value)));
  const feet = value("height-ft");
  const height_cm = metric ? value("height-cm") : feet && (12 * feet + (value("height-in") ?? 0)) * CM_PER_INCH;
  const mph = value("speed-mph");
  return {
    height_m: height_cm && (height_cm / 100).toFixed(3),
    speed_kmh: metric ? value("speed-kmh") : mph && (mph * KMH_PER_MPH).toFixed(2),
    incline_pct: value("incline-pct"),
    capture_fps: value("capture-fps"),
    turn_deg: turnedDeg() || null,
    blur_faces: $("blur").checked ? "true" : null,
  };
}

const allOf = (file, { from_s, to_s }) => ({
  name: file.name,
  options: { ...entered(), from_s: from_s?.toFixed(2) ?? null, to_s: to_s?.toFixed(2) ?? null },
});

$("clip-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  $("send").disabled = true; // pressed twice, it is sent once
  const file = clip;
  const part = await chosenPart(file);
  if (clip !== file) return; // another was chosen meanwhile
  if (part.clip.size > largest * MEGABYTE) {
    $("send").disabled = false;
    return showWrong(say("too_large", { limit: largest }));
  }
  const nudge = new EventTarget();
  const stopper = new AbortController();
  $("again").onclick = () => nudge.dispatchEvent(new Event("now"));
  $("stop").onclick = () => stopper.abort();
  showSending(true);
  try {
    const id = await send(part.clip, allOf(file, part), newUploadWord(), { on: { progress, waiting }, stop: stopper.signal, nudge });
    $("upload-told").textContent = say("arrived");
    clips.put({ id, name: file.name, when: new Date().toISOString() });
    joined.push(id);
    rememberTogether();
    if (rest.length > 0) {
      showSending(false);
      $("too-many").hidden = true;
      return choose(rest.shift());
    }
    removeEventListener("beforeunload", holdBack);
    location.assign(joined.length > 1 ? `/together?clips=${joined}` : `/runs/${id}`);
  } catch (error) {
    showSending(false);
    if (error instanceof Refused) showWrong(error.message);
    else if (!stopper.signal.aborted) showWrong(say("wrong", { why: error.message }));
  }
});

/** Note which clips belong together; an earlier one's own link stays until these are seen to be one run. */
function rememberTogether() {
  if (joined.length < 2) return;
  const mine = clips.all().filter(({ id }) => joined.includes(id));
  for (const { id, together } of mine) if (!together || !earlier.includes(id)) clips.put({ id, together: joined });
}

function showSending(is) {
  $("sending").hidden = !is;
  $("chosen").hidden = is;
  $("send").disabled = is;
  $(is ? "sending-title" : "chosen-title").focus();
  if (is) {
    showWrong(null);
    $("upload").value = 0;
    addEventListener("beforeunload", holdBack);
  } else if (joined.length === earlier.length) {
    // once some are sent, leaving would lose the others
    removeEventListener("beforeunload", holdBack);
  }
}

function progress(sent, all) {
  $("again").hidden = true;
  $("upload-told").ariaLive = "off"; // a screen reader reads the bar
  $("upload").value = sent / all;
  const megabytes = (bytes) => (bytes / MEGABYTE).toFixed(1);
  $("upload-told").textContent = say("sent", { sent: megabytes(sent), all: megabytes(all) });
}

function waiting(seconds) {
  $("upload-told").ariaLive = $("again").hidden ? "polite" : "off"; // once, not every second
  $("again").hidden = false;
  $("upload-told").textContent = say("lost", { seconds });
}

function holdBack(event) {
  event.preventDefault(); // the browser asks whether to leave
}
