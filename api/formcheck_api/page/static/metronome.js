// A metronome at the runner's own cadence and a little above it.
import { $, say } from "./site.js";

const AHEAD_S = 0.2; // clicks are handed to the sound card so long before they are due: timers are too shaky
const LOOK_MS = 50;
const CLICK_S = 0.04;
const CLICK_HZ = 1000;

const box = $("metronome");
if (box) {
  const go = $("metronome-go");
  const rate = $("metronome-rate");
  let sound = null;
  let timer = 0;
  let due = 0;
  box.hidden = false;

  const click = (at) => {
    const tone = new OscillatorNode(sound, { frequency: CLICK_HZ });
    const volume = new GainNode(sound, { gain: 0.4 });
    volume.gain.setValueAtTime(0.4, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + CLICK_S);
    tone.connect(volume).connect(sound.destination);
    tone.start(at);
    tone.stop(at + CLICK_S);
  };
  const fill = () => {
    for (; due < sound.currentTime + AHEAD_S; due += 60 / Number(rate.value)) click(due);
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    go.textContent = say("start");
    go.setAttribute("aria-pressed", "false");
  };
  const start = () => {
    sound ??= new AudioContext();
    sound.resume();
    due = sound.currentTime + 0.05;
    timer = setInterval(fill, LOOK_MS);
    go.textContent = say("stop");
    go.setAttribute("aria-pressed", "true");
  };
  go.setAttribute("aria-pressed", "false");
  go.addEventListener("click", () => (timer ? stop() : start()));
  addEventListener("pagehide", () => timer && stop());
}
