// After: the answer's page. Remembers the clip on this device, moves the video, offers clips to compare with.
import { $, ask, clips, dayOf, element, say } from "./site.js";
import { follow, hasVideo } from "./coming.js";
import { MotionChart } from "./motion.js";
import { Player } from "./player.js";
import "./delete.js";
import "./metronome.js";

const main = document.querySelector("main");
const { analysis: id, title } = main.dataset;
let lastShown = null; // index of the strike that was said last
let opened = null; // the player, once it was asked for
remember();
offerComparison();
tellChange();
if (hasVideo()) offerPlayer();
if (main.dataset.unfinished !== undefined) follow(id, offerPlayer);

function remember() {
  const values = [...document.querySelectorAll("[data-value]")].map((each) => {
    return `${each.closest("[data-title]").dataset.title} ${each.textContent}`;
  });
  const name = document.querySelector(".clip").textContent;
  clips.put({ id, title, name, facts: values.join(", "), when: document.querySelector("main time").dateTime });
}

function offerComparison() {
  const others = clips.all().filter((clip) => clip.id !== id && clip.title);
  $("compare-form").hidden = others.length === 0;
  $("compare-none").hidden = others.length > 0;
  const choices = others.map((clip) => element("option", { value: clip.id }, `${dayOf(clip.when)}: ${clip.title}`));
  $("compare-with").replaceChildren(...choices);
}

/** One line on what changed since the clip before on this device, which leads to the comparison. */
async function tellChange() {
  const place = $("since");
  const when = clips.all().find((clip) => clip.id === id)?.when; // none where the browser keeps nothing
  const before = clips.all().find((clip) => clip.title && clip.when < when); // the list is newest first
  if (!place || !when || !before) return;
  const answer = await fetch(`/trend?${new URLSearchParams({ clips: [before.id, id] })}`);
  if (!answer.ok) return; // the comparison is still offered further down
  const made = element("template");
  made.innerHTML = await answer.text(); // of our own templates, which escape
  const link = made.content.querySelector("[data-last]");
  if (!link) return;
  link.hidden = false;
  place.append(link);
}

/** Load video and curves once their part of the page is opened, or a strike is to be watched slowly. */
function offerPlayer() {
  const fold = $("video");
  const player = () => (opened ??= openPlayer());
  if (fold.open) player();
  else fold.addEventListener("toggle", player, { once: true });
  for (const button of document.querySelectorAll("[data-slowly]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      fold.open = true;
      watchSlowly(await player(), Number(button.dataset.slowly));
    });
  }
}

function watchSlowly({ player, rate, loop }, time_s) {
  rate.value = player.video.playbackRate = loop.rate;
  player.loop(time_s, loop.half_s);
  player.video.focus();
  player.video.scrollIntoView({ block: "center" });
}

/** The player at its first strike, and what else sets its pace; resolves when the video can be moved. */
async function openPlayer() {
  const result = JSON.parse($("run").textContent);
  const box = $("player");
  const part = (name) => box.querySelector(`[data-do="${name}"]`);
  const video = box.querySelector("video");
  let chart = null;

  const player = new Player(video, result, (time_s, strike) => {
    chart?.move(time_s);
    part("seek").value = time_s;
    part("play").textContent = say(video.paused ? "play" : "pause");
    tellStrike(box, result.strikes, time_s, strike, video.paused);
  });
  connect(player, part);
  openChart(box, player, result).then((made) => (chart = made));
  await loaded(video);
  part("seek").max = video.duration;
  video.playbackRate = Number(part("rate").value);
  const first = result.strikes.findIndex((strike) => strike.side === result.near_side);
  if (first >= 0) player.toStrike(first);
  return { player, rate: part("rate"), loop: result.loop };
}

/** Until now nothing of the video was asked for. */
function loaded(video) {
  video.preload = "metadata";
  return new Promise((resolve) => {
    video.addEventListener("loadedmetadata", resolve, { once: true });
    video.load();
  });
}

/** Let buttons and keys move the video. */
function connect(player, part) {
  const { video } = player;
  const doing = {
    play: () => player.toggle(),
    "frame-back": () => player.step(-1),
    "frame-on": () => player.step(1),
    "strike-back": () => player.strike(-1),
    "strike-on": () => player.strike(1),
  };
  for (const [name, action] of Object.entries(doing)) part(name)?.addEventListener("click", action);
  part("seek").addEventListener("input", (event) => player.seek(Number(event.target.value)));
  part("rate").addEventListener("change", (event) => (video.playbackRate = Number(event.target.value)));
  video.addEventListener("click", doing.play);
  const keys = { " ": "play", ArrowLeft: "frame-back", ArrowRight: "frame-on", ArrowUp: "strike-back", ArrowDown: "strike-on" };
  video.addEventListener("keydown", (event) => {
    if (!(event.key in keys)) return;
    event.preventDefault();
    doing[keys[event.key]]();
  });
}

/** The chart below the video; null where nobody was followed. */
async function openChart(box, player, result) {
  const figure = box.querySelector(".motion");
  if (!figure) return null;
  const motion = await ask(`/v1/analyses/${id}/motion`);
  delete figure.dataset.pending;
  const values = Object.fromEntries([...box.querySelectorAll(".motion-told [class]")].map((each) => [each.className, each]));
  const chart = new MotionChart(box.querySelector(".motion-chart"), values, motion, result, (time_s) => player.seek(time_s));
  box.querySelector('[data-do="chart"]').addEventListener("change", (event) => chart.show(event.target.value));
  chart.move(player.time_s);
  return chart;
}

/** Say which strike is shown, and its numbers; while it plays, only the clock. */
function tellStrike(box, strikes, time_s, index, paused) {
  box.querySelector("[data-clock]").textContent = say("frame_at", { seconds: time_s.toFixed(2) });
  const shown = paused ? index : -1;
  if (lastShown === shown) return;
  lastShown = shown;
  const strike = strikes[shown];
  const number = { number: shown + 1, all: strikes.length };
  box.querySelector("[data-now]").textContent = strike
    ? say("strike_of", { ...number, side: say(strike.side), seconds: strike.time_s.toFixed(2) })
    : "";
  const facts = strike ? strike.facts.map(([name, value]) => `${name} ${value}`) : [];
  box.querySelector("[data-facts]").replaceChildren(...facts.map((fact) => element("span", {}, fact)));
}
