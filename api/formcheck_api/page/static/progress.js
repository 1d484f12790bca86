// How far an analysis is: its stage, when it is ready, and the runner being followed.
import { ask, isMine, say, showWrong } from "./site.js";

const SEEN_FROM = 0.06; // of the work: a shorter stretch says too little about this machine's pace
const PICTURE_EVERY_MS = 1000;
const LINE_EVERY_MS = 3000; // the line moves on without an event of this analysis

/** Show the progress of a card's clip until it has a report or has ended, then load the page again. */
export function follow(card, onProgress = () => {}) {
  const id = card.dataset.waits;
  const path = `/v1/analyses/${id}`;
  const part = (name) => card.querySelector(`[data-${name}]`);
  const { stages: stagesText, following } = part("stage").dataset;
  const stages = JSON.parse(stagesText);
  const reportAt = Number(part("progress").dataset.reportAt); // of all the work; pictures and video come after
  let first = null; // where the work was when this page first saw it move: {ms, progress}
  let pictureMs = -PICTURE_EVERY_MS;
  let newest = null; // what is shown

  function show(analysis) {
    newest = analysis;
    const isOver = !["queued", "running"].includes(analysis.state);
    if (isOver || analysis.ready.includes("report")) return location.reload();
    const progress = Math.min(1, analysis.progress / reportAt);
    showWrong(null);
    card.classList.toggle("queued", analysis.state === "queued");
    part("progress").value = progress;
    part("stage").textContent = stageOf(analysis);
    tellRemaining(analysis, progress);
    showPicture(analysis);
    onProgress(progress);
  }

  function stageOf(analysis) {
    if (analysis.state === "queued") {
      const before = analysis.queue_position;
      return before ? say("queue_place", { before }) : say("queue_next");
    }
    return stages[analysis.stage] ?? analysis.stage;
  }

  /** From the pace since this page first saw progress: no clock of another machine, no time for loading. */
  async function tellRemaining(analysis, progress) {
    const { state, progress: all } = analysis;
    const now = performance.now();
    if (state !== "running" || all === 0 || progress < first?.progress) first = null;
    else first ??= { ms: now, progress };
    const seen = first && progress - first.progress;
    const left_s = seen >= SEEN_FROM ? ((now - first.ms) / 1000) * ((1 - progress) / seen) : await expected_s();
    if (analysis === newest) part("remaining").textContent = inWords(left_s);
  }

  /** What the service expects by its own pace: in the queue, and until this analysis has shown one. */
  async function expected_s() {
    try {
      return (await ask(`/runs/${id}/wait`)).ready_in_s;
    } catch {
      return null; // the events say what is wrong
    }
  }

  /** The newest picture, in a place that is kept for it. */
  function showPicture({ state, stage }) {
    const now = performance.now();
    if (state !== "running" || stage !== following || now - pictureMs < PICTURE_EVERY_MS) return;
    pictureMs = now;
    const coming = new Image();
    coming.addEventListener("load", () => {
      part("glimpse").src = coming.src;
      part("glimpse").hidden = false;
    });
    coming.src = `/runs/${id}/following.jpg?${Math.round(now)}`;
  }

  const events = new EventSource(`${path}/events`);
  for (const kind of ["progress", "finished"]) {
    events.addEventListener(kind, (event) => show(JSON.parse(event.data)));
  }
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) return location.reload(); // refused: it is not there any more
    showWrong(say("unreachable")); // the browser connects again by itself
  });

  setInterval(async () => {
    if (newest?.state !== "queued") return;
    const asked = newest;
    const now = await ask(path).catch(() => null); // the events say what is wrong
    if (now && newest === asked) show(now);
  }, LINE_EVERY_MS);

  isMine(id).then((mine) => (part("cancel").hidden = !mine));
  part("cancel").addEventListener("click", async () => {
    try {
      await ask(`${path}/cancel`, { method: "POST" });
    } catch (error) {
      showWrong(say("wrong", { why: error.message }));
    }
  });
}

function inWords(left_s) {
  const left = left_s && Math.ceil(left_s);
  if (!left || left >= 3600) return "";
  return left < 90 ? say("remaining", { seconds: left }) : say("remaining_min", { minutes: Math.round(left / 60) });
}
