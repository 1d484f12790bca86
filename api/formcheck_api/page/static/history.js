// Earlier clips of this device: open one, compare two, or take those of one run together.
import { $, clips, dayOf, element, say } from "./site.js";

const FEWEST = 2; // clips that are compared, or taken together
const MOST = 3; // left, right and behind

function show() {
  const found = clips.all();
  $("history").hidden = found.length === 0;
  $("history-list").replaceChildren(...found.map(line));
  for (const id of ["compare", "together"]) $(id).hidden = found.length < FEWEST;
  allow();
  tellTrend(found);
}

/** Numbers over these clips, and what changed since the one before the newest and since the first. */
async function tellTrend(found) {
  const measured = found.filter((clip) => clip.title);
  $("trend").hidden = true;
  if (measured.length < FEWEST) return;
  const answer = await fetch(`/trend?${new URLSearchParams({ clips: measured.map((clip) => clip.id) })}`);
  if (!answer.ok) return;
  const made = element("template");
  made.innerHTML = await answer.text(); // of our own templates, which escape
  const told = made.content.firstElementChild;
  if (!told) return;
  const link = $("history-list").querySelector(`a[href="/runs/${told.dataset.newest}"]`);
  link?.parentElement.append(...told.querySelectorAll(".change"));
  $("trend-body").replaceChildren(told);
  $("trend").hidden = false;
}

function line(clip) {
  const tick = element("input", { type: "checkbox", value: clip.id, "aria-label": `${clip.name}, ${dayOf(clip.when)}` });
  const link = element("a", { href: `/runs/${clip.id}` }, clip.title ?? clip.name);
  const about = element("span", { class: "basis" }, [dayOf(clip.when), clip.name, clip.facts].filter(Boolean).join(" · "));
  const joint = clip.together ? [element("a", { href: `/together?clips=${clip.together}` }, say("both_sides"))] : [];
  return element("li", {}, tick, element("div", {}, link, about, ...joint));
}

const ticked = () => [...$("history-list").querySelectorAll("input:checked")];

function allow() {
  const count = ticked().length;
  for (const tick of $("history-list").querySelectorAll("input")) tick.disabled = count >= MOST && !tick.checked;
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
