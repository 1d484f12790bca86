// Two clips in step: both at a foot strike of the same side, and at the same part of the stride from there.
import { $, ask, say } from "./site.js";
import { Player } from "./player.js";
import { Skeletons } from "./skeleton.js";

const [first, second] = [...document.querySelectorAll("#videos [data-analysis]")].map((box, place) => {
  const result = JSON.parse(box.querySelector("script").textContent);
  return { box, place, id: box.dataset.analysis, result, video: box.querySelector("video"), now: box.querySelector("[data-now]") };
});
const part = (name) => document.querySelector(`#videos [data-do="${name}"]`);

const side = first.result.near_side ?? second.result.near_side ?? "left";
for (const clip of [first, second]) {
  clip.strikes = clip.result.strikes.filter((strike) => strike.side === side);
  clip.stride_s = strideOf(clip);
}
const pairs = Math.min(first.strikes.length, second.strikes.length);

if (pairs === 0) {
  $("cannot").hidden = false;
  for (const button of document.querySelectorAll("#videos .controls button")) button.disabled = true;
} else {
  await Promise.all([first, second].map(({ video }) => metadata(video)));
  run();
}

/** The skeletons of both clips; null where they are not to be laid over each other, or a result of before has none. */
async function laidOver() {
  const place = $("laid-over");
  if (!place) return null;
  const motions = await Promise.all([first, second].map(({ id }) => ask(`/v1/analyses/${id}/motion`).catch(() => null)));
  place.hidden = !motions.every((motion) => motion?.skeleton);
  if (place.hidden) return null;
  const words = Object.fromEntries([...place.querySelectorAll("[data-both]")].map((each) => [each.dataset.both, each]));
  const clips = motions.map((motion, clip) => ({ name: ["before", "after"][clip], motion, frame_s: [first, second][clip].result.frame_s }));
  return new Skeletons(place.querySelector(".bodies"), words, clips, side);
}

function run() {
  let skeletons = null;
  const ratio = second.stride_s / first.stride_s;
  const players = [first, second].map((clip) => new Player(clip.video, { ...clip.result, strikes: clip.strikes }, (time_s) => {
    showTime(clip);
    skeletons?.move(clip.place, time_s);
  }));
  const within = (pair) => Math.min(Math.max(0, pair), pairs - 1);
  const show = (pair) => {
    for (const player of players) player.toStrike(within(pair));
  };
  const align = () => {
    const at = within(players[0].strikeReached); // the pair of strikes that both go on from
    const since = players[0].time_s - first.strikes[at].time_s;
    players[1].seek(second.strikes[at].time_s + since * ratio);
  };
  const pace = () => {
    first.video.playbackRate = Number(part("rate").value);
    second.video.playbackRate = first.video.playbackRate * ratio;
  };
  const stop = () => {
    for (const { video } of [first, second]) video.pause();
    part("play").textContent = say("play");
  };
  const play = async () => {
    if (!first.video.paused) return stop(), align();
    if (first.video.ended || second.video.ended) show(0);
    align();
    await settled(second.video);
    pace();
    part("play").textContent = say("pause");
    await Promise.all([first, second].map(({ video }) => video.play()));
  };
  const step = (frames) => {
    stop();
    players[0].step(frames);
    align();
  };
  const toStrike = (direction) => {
    stop();
    const { strikeReached, time_s } = players[0];
    const isBetween = players[0].strikeAt(time_s) < 0;
    show(direction < 0 && isBetween ? strikeReached : strikeReached + direction);
  };
  const doing = {
    play,
    "strike-back": () => toStrike(-1),
    "strike-on": () => toStrike(1),
    "frame-back": () => step(-1),
    "frame-on": () => step(1),
  };
  for (const [name, action] of Object.entries(doing)) part(name).addEventListener("click", action);
  part("rate").addEventListener("change", pace);
  for (const { video } of [first, second]) video.addEventListener("ended", stop);
  show(0);
  laidOver().then((found) => {
    skeletons = found;
    for (const [place, { time_s }] of players.entries()) skeletons?.move(place, time_s);
  });
}

function showTime({ now, video }) {
  now.textContent = say("frame_at", { seconds: video.currentTime.toFixed(2) });
}

/** Length of a stride on the clip's own clock: from the cadence, else between its strikes. */
function strideOf({ result, strikes }) {
  if (result.stride_s) return result.stride_s;
  const gaps = strikes.slice(1).map((strike, index) => strike.time_s - strikes[index].time_s).sort((a, b) => a - b);
  return gaps[gaps.length >> 1] ?? 1;
}

function metadata(video) {
  if (video.readyState >= HTMLMediaElement.HAVE_METADATA) return null;
  return new Promise((resolve) => video.addEventListener("loadedmetadata", resolve, { once: true }));
}

function settled(video) {
  if (!video.seeking) return null;
  return new Promise((resolve) => video.addEventListener("seeked", resolve, { once: true }));
}
