// While pictures and video are drawn: put each in its place once it is there, and leave the reader where they are.

/** Whether the page shows the video. */
export const hasVideo = () => document.querySelector("#player video") !== null;

/** Follow the analysis of a page until it is finished; `onVideo` is called when the player has come. */
export function follow(id, onVideo) {
  const events = new EventSource(`/v1/analyses/${id}/events`);
  let shown = 0; // parts that were ready when the page was last asked for
  let turn = Promise.resolve();

  async function hear(analysis) {
    const isOver = !["queued", "running"].includes(analysis.state);
    if (isOver) events.close();
    if (isOver && analysis.state !== "succeeded") return location.reload();
    for (const bar of document.querySelectorAll(".awaited progress")) bar.value = analysis.progress;
    if (!isOver && analysis.ready.length <= shown) return;
    shown = analysis.ready.length;
    if (await takeOver()) onVideo();
  }

  for (const kind of ["progress", "finished"]) {
    events.addEventListener(kind, (event) => (turn = turn.then(() => hear(JSON.parse(event.data)))));
  }
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) location.reload(); // refused: it is not there any more
  });
}

/** Ask for the page again and take from it what was still missing here; whether the video is among that. */
async function takeOver() {
  const hadVideo = hasVideo();
  const answer = await fetch(location.href);
  if (!answer.ok) return false; // the next event asks again
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  keepingThePlace(() => {
    for (const old of document.querySelectorAll("[data-coming]")) {
      const now = fresh.getElementById(old.id);
      if (now && now.innerHTML !== old.innerHTML) old.replaceWith(document.adoptNode(now));
    }
  });
  return hasVideo() && !hadVideo;
}

/** Change the page above what is being read without moving that. */
function keepingThePlace(change) {
  const read = [...document.querySelectorAll("main h1, main h2, main h3, main p, main summary")]
    .find((each) => !each.closest("[data-coming]") && each.getBoundingClientRect().top >= 0);
  const before = read?.getBoundingClientRect().top;
  change();
  if (read) scrollBy({ top: read.getBoundingClientRect().top - before, behavior: "instant" });
}
