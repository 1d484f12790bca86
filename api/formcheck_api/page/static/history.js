// Earlier clips of this device: open one, or compare two.
import { $, clips, dayOf, element, say } from "./site.js";

const MOST = 2;

function show() {
  const found = clips.all();
  $("history").hidden = found.length === 0;
  $("history-list").replaceChildren(...found.map(line));
  $("compare").hidden = found.length < MOST;
  allowTwo();
  tellChange(found);
}

/** What changed from the clip before to the newest one, where they can be compared. */
async function tellChange(found) {
  const [newest, before] = found.filter((clip) => clip.title);
  if (!before) return;
  const asked = new URLSearchParams({ before: before.id, after: newest.id });
  const answer = await fetch(`/changed?${asked}`);
  const verdict = answer.ok ? (await answer.json()).verdict : null;
  if (!verdict) return;
  const day = new Date(before.when).toLocaleDateString([], { dateStyle: "medium" });
  const link = $("history-list").querySelector(`a[href="/runs/${newest.id}"]`);
  link?.parentElement.append(element("span", { class: "change" }, say("since", { when: day, verdict })));
}

function line(clip) {
  const tick = element("input", { type: "checkbox", value: clip.id, "aria-label": `${clip.name}, ${dayOf(clip.when)}` });
  const link = element("a", { href: `/runs/${clip.id}` }, clip.title ?? clip.name);
  const about = element("span", { class: "basis" }, [dayOf(clip.when), clip.name, clip.facts].filter(Boolean).join(" · "));
  return element("li", {}, tick, element("div", {}, link, about));
}

const ticked = () => [...$("history-list").querySelectorAll("input:checked")];

function allowTwo() {
  const full = ticked().length >= MOST;
  for (const tick of $("history-list").querySelectorAll("input")) tick.disabled = full && !tick.checked;
  $("compare").disabled = !full;
}

$("history-list").addEventListener("change", allowTwo);
$("history-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const [newer, older] = ticked().map((tick) => tick.value); // the list is newest first
  location.assign(`/compare?${new URLSearchParams({ first: older, second: newer })}`);
});
$("forget").addEventListener("click", () => $("forget-dialog").showModal());
$("forget-dialog").addEventListener("close", ({ target }) => {
  if (target.returnValue !== "forget") return;
  clips.clear();
  show();
});
show();
$("guide").open = clips.all().length === 0; // who has filmed before looks for the button
