// While pictures and video are drawn: put each in its place once it is there, and leave the reader where they are.

/** Whether the page shows the video. */
export const hasVideo = () => document.querySelector("#player video") !== null;

const AGAIN_MS = 2000; // after a lost connection

/** Follow the analysis of a page until it is finished; `onVideo` is called when the player has come. */
export function follow(id, onVideo) {
  const events = new EventSource(`/v1/analyses/${id}/events`);
  let shown = 0; // parts that were ready when the page was last asked for
  let turn = Promise.resolve();
  const inTurn = (analysis) => (turn = turn.then(() => hear(analysis)));

  async function hear(analysis) {
    const isOver = !["queued", "running"].includes(analysis.state);
    if (isOver) events.close();
    if (isOver && analysis.state !== "succeeded") return location.reload();
    for (const bar of document.querySelectorAll(".awaited progress")) bar.value = analysis.progress;
    if (!isOver && analysis.ready.length <= shown) return;
    const hadVideo = hasVideo();
    if (!(await takeOver())) return setTimeout(() => inTurn(analysis), AGAIN_MS);
    shown = analysis.ready.length;
    if (hasVideo() && !hadVideo) onVideo();
  }

  for (const kind of ["progress", "finished"]) {
    events.addEventListener(kind, (event) => inTurn(JSON.parse(event.data)));
  }
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) location.reload(); // refused: it is not there any more
  });
}

/** Ask for the page again and take from it what was still missing here; false where it could not be had. */
async function takeOver() {
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.status === 404) return location.reload();
  if (!answer?.ok) return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  keepingThePlace(() => {
    for (const old of document.querySelectorAll("[data-coming]")) {
      const now = fresh.getElementById(old.id);
      if (now && now.innerHTML !== old.innerHTML) old.replaceWith(document.adoptNode(now));
    }
  });
  return true;
}

/** Change the page above what is being read without moving that. */
function keepingThePlace(change) {
  const read = [...document.querySelectorAll("main h1, main h2, main h3, main p, main summary")]
    .find((each) => each.checkVisibility() && !each.closest("[data-coming]") && each.getBoundingClientRect().top >= 0);
  const before = read?.getBoundingClientRect().top;
  change();
  if (read) scrollBy({ top: read.getBoundingClientRect().top - before, behavior: "instant" });
}
