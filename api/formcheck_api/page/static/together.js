// One run filmed from several sides: remember which clips belong together, show them once all are measured, and their
// pictures once they are drawn.
import { follow as followPictures } from "./coming.js";
import { ask, clips, showWrong } from "./site.js";

const WAIT_S = 25;
const AGAIN_MS = 3000;
const main = document.querySelector("main");
const together = main.dataset.together?.split(",") ?? []; // not of clips that cannot be one run

for (const id of together) if (clips.has(id)) clips.put({ id, together });
const awaited = [...document.querySelectorAll("[data-waits]")].map(({ dataset }) => dataset.clip);
if (awaited.length > 0) follow();
for (const id of main.dataset.unfinished?.split(" ").filter(Boolean) ?? []) followPictures(id, () => {});

async function follow() {
  for (const id of awaited) await measured(id);
  location.reload(); // which says what went wrong with those that have no report
}

/** Wait until an analysis has a report, or has ended without one. */
async function measured(id) {
  for (;;) {
    try {
      const analysis = await ask(`/v1/analyses/${id}?wait=${WAIT_S}&until=report`);
      showWrong(null);
      if (analysis.ready.includes("report") || !["queued", "running"].includes(analysis.state)) return;
    } catch (error) {
      showWrong(error.message);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}
