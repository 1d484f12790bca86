// Delete a clip and its answer, after asking once.
import { $, ask, clips, isMine, say, showWrong } from "./site.js";

const id = document.querySelector("main").dataset.analysis;
const dialog = $("delete-dialog");
const button = document.querySelector("[data-delete]");

offerToOwner();
button.addEventListener("click", () => dialog.showModal());
dialog.addEventListener("close", async () => {
  if (dialog.returnValue !== "delete") return;
  button.disabled = true;
  button.textContent = say("deleting");
  try {
    await ask(`/v1/analyses/${id}`, { method: "DELETE" });
    clips.drop(id);
    location.assign("/");
  } catch (error) {
    button.disabled = false;
    showWrong(say("not_deleted", { why: error.message }));
  }
});

/** Without waiting: the rest of the page does not hang on the answer. */
async function offerToOwner() {
  if (await isMine(id)) return;
  button.hidden = true;
  const note = $("delete-other");
  if (note) note.hidden = false;
}
