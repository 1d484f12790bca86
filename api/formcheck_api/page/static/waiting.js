// Follow an analysis until its numbers are there; then the same address shows the answer.
import { follow } from "./progress.js";

const title = document.title;
follow(document.querySelector("[data-waits]"), (progress) => {
  document.title = `${Math.round(100 * progress)} % - ${title}`;
});
