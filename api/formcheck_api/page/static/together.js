// One run filmed from several sides: remember which clips belong together, follow each until it is measured, and put
// pictures in their places once they are drawn.
import { follow as followPictures } from "./coming.js";
import { follow } from "./progress.js";
import { clips } from "./site.js";

const main = document.querySelector("main");
const together = main.dataset.together?.split(",") ?? []; // not of clips that cannot be one run

for (const id of together) if (clips.has(id)) clips.put({ id, together });
for (const card of document.querySelectorAll("[data-waits]")) follow(card);
for (const id of main.dataset.unfinished?.split(" ").filter(Boolean) ?? []) followPictures(id, () => {});
