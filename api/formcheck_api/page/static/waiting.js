// Follow an analysis until its numbers are there; then the same address shows the answer.
import { $, ask, isMine, say, showWrong } from "./site.js";

const id = document.querySelector("main").dataset.analysis;
const path = `/v1/analyses/${id}`;
const stages = JSON.parse($("stage").dataset.stages);
const title = document.title;
const RELIABLE_FROM = 0.15; // of the work: before it, the time left would be a guess
const reportAt = Number($("progress").dataset.reportAt); // of all the work; pictures and video come after

function show(analysis) {
  const isOver = !["queued", "running"].includes(analysis.state);
  if (isOver || analysis.ready.includes("report")) return location.reload();
  const progress = Math.min(1, analysis.progress / reportAt);
  showWrong(null);
  $("progress").value = progress;
  $("stage").textContent = stageOf(analysis);
  $("remaining").textContent = remaining(analysis, progress);
  document.title = `${Math.round(100 * progress)} % - ${title}`;
}

function stageOf(analysis) {
  if (analysis.state === "queued") {
    const before = analysis.queue_position;
    return before ? say("queue_place", { before }) : say("queue_next");
  }
  return stages[analysis.stage] ?? analysis.stage;
}

function remaining({ state, started }, progress) {
  if (state !== "running" || progress < RELIABLE_FROM) return "";
  const taken = (Date.now() - Date.parse(started)) / 1000;
  const left = Math.ceil((taken * (1 - progress)) / progress);
  if (left <= 0 || left >= 3600) return "";
  return left < 90 ? say("remaining", { seconds: left }) : say("remaining_min", { minutes: Math.round(left / 60) });
}

const events = new EventSource(`${path}/events`);
for (const kind of ["progress", "finished"]) {
  events.addEventListener(kind, (event) => show(JSON.parse(event.data)));
}
events.addEventListener("error", async () => {
  if (events.readyState === EventSource.CLOSED) return location.reload(); // refused: it is not there any more
  showWrong(say("unreachable")); // the browser connects again by itself
});

isMine(id).then((mine) => ($("cancel").hidden = !mine));
$("cancel").addEventListener("click", async () => {
  try {
    await ask(`${path}/cancel`, { method: "POST" });
  } catch (error) {
    showWrong(say("wrong", { why: error.message }));
  }
});
