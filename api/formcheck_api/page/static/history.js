// Earlier clips of this device: open one, compare two, or take those of one run together.
import { $, clips, dayOf, element, say } from "./site.js";

const FEWEST = 2; // clips that are compared, or taken together
const MOST = 3; // left, right and behind

function show() {
  const found = clips.all();
  $("history").hidden = found.length === 0;
  $("history-list").replaceChildren(...found.map((clip) => line(clip)));
  allow();
  tell(found);
}

/** What the service says of these clips: results not opened yet, why others have none, numbers over time. */
async function tell(found) {
  $("trend").hidden = true;
  if (found.length === 0) return;
  const answer = await fetch(`/trend?${new URLSearchParams({ clips: found.map((clip) => clip.id) })}`);
  if (!answer.ok) return;
  const made = element("template");
  made.innerHTML = await answer.text(); // of our own templates, which escape
  for (const clip of clips.all().filter((each) => !each.title)) {
    const result = made.content.querySelector(`[data-clip="${clip.id}"]`);
    if (result) settle(clip, result);
  }
  allow();
  const told = made.content.querySelector("[data-newest]");
  if (!told) return;
  const link = $("history-list").querySelector(`a[href="/runs/${told.dataset.newest}"]`);
  link?.parentElement.append(...told.querySelectorAll(".change"));
  $("trend-body").replaceChildren(told);
  $("trend").hidden = false;
}

/** Give a clip in the list its result, or why it has none. */
function settle(clip, { dataset: { title, why }, textContent: facts }) {
  const known = title ? { ...clip, title, facts: facts.trim() } : clip;
  if (title) clips.put(known);
  $("history-list").querySelector(`a[href="/runs/${clip.id}"]`)?.closest("li").replaceWith(line(known, why));
}

/** A clip's line; only what is measured can be picked. */
function line(clip, why) {
  const result = clip.title ?? why;
  const link = element("a", { href: `/runs/${clip.id}` }, result ?? clip.name);
  const words = [dayOf(clip.when), result && clip.name, clip.facts].filter(Boolean).join(" · ");
  const about = element("span", { class: "basis" }, words);
  const joint = clip.together ? [element("a", { href: `/together?clips=${clip.together}` }, say("both_sides"))] : [];
  const pick = { type: "checkbox", value: clip.id, "aria-label": `${clip.name}, ${dayOf(clip.when)}` };
  return element("li", {}, ...(clip.title ? [element("input", pick)] : []), element("div", {}, link, about, ...joint));
}

const ticked = () => [...$("history-list").querySelectorAll("input:checked")];

function allow() {
  const count = ticked().length;
  const ticks = $("history-list").querySelectorAll("input");
  for (const id of ["compare", "together"]) $(id).hidden = ticks.length < FEWEST;
  for (const tick of ticks) tick.disabled = count >= MOST && !tick.checked;
  $("compare").disabled = count !== FEWEST;
  $("together").disabled = count < FEWEST;
}

$("history-list").addEventListener("change", allow);
$("history-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const [newer, older] = ticked().map((tick) => tick.value); // the list is newest first
  location.assign(`/compare?${new URLSearchParams({ first: older, second: newer })}`);
});
$("together").addEventListener("click", () => {
  location.assign(`/together?clips=${ticked().map((tick) => tick.value)}`);
});
$("forget").addEventListener("click", () => $("forget-dialog").showModal());
$("forget-dialog").addEventListener("close", ({ target }) => {
  if (target.returnValue !== "forget") return;
  clips.clear();
  show();
});
show();
$("guide").open = clips.all().length === 0; // who has filmed before looks for the button
