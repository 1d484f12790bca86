// The chart that moves with the video: one measure over the clip, with a line where the video is.
import { say } from "./site.js";

const WIDTH = 1000; // drawing units; the picture is stretched to its place
const HEIGHT = 200;
const AT_LEAST_S = 0.1;
export const SHOWN = {
  foot_ahead_of_hip: { factor: 100, unit: " %", digits: 0 },
  trunk_lean: { factor: 1, unit: "°", digits: 1 },
  knee_flexion: { factor: 1, unit: "°", digits: 0 },
};

export function svg(name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** The picture shown at a time; -1 outside what was followed. */
export function pictureAt(times, time_s, frame_s) {
  if (time_s < times[0] || time_s > times.at(-1) + 2 * frame_s) return -1;
  let [low, high] = [0, times.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle] <= time_s) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Curves of one measure: {left, right} or {trunk}. */
const curvesOf = (motion, measure) => (Array.isArray(motion[measure]) ? { trunk: motion[measure] } : motion[measure]);

export class MotionChart {
  /** `place` holds the chart, `values` the numbers under the line; `seek` is called with a time that was pointed at. */
  constructor(place, values, motion, told, seek) {
    Object.assign(this, { place, values, motion, told });
    this.place.addEventListener("pointerdown", (event) => {
      const box = this.place.getBoundingClientRect();
      const at = (event.clientX - box.left) / box.width;
      seek(this.first_s + at * (this.last_s - this.first_s));
    });
    this.first_s = 0;
    this.last_s = Math.max(motion.time_s.at(-1), AT_LEAST_S);
    this.show("foot_ahead_of_hip");
  }

  show(measure) {
    this.measure = measure;
    const curves = curvesOf(this.motion, measure);
    const known = Object.values(curves).flat().filter((value) => value !== null);
    const band = this.told.bands[measure] ?? [];
    const [low, high] = [Math.min(0, ...known, ...band), Math.max(0, ...known, ...band)];
    this.y = (value) => HEIGHT - 6 - ((value - low) / (high - low || 1)) * (HEIGHT - 12);
    const chart = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    if (band.length) {
      const box = { x: 0, width: WIDTH, y: this.y(band[1]), height: this.y(band[0]) - this.y(band[1]) };
      chart.append(svg("rect", { ...box, class: "band" }));
    }
    chart.append(svg("line", { x1: 0, x2: WIDTH, y1: this.y(0), y2: this.y(0), class: "zero" }));
    for (const strike of this.told.strikes) {
      const x = this.x(strike.time_s);
      chart.append(svg("line", { x1: x, x2: x, y1: 0, y2: HEIGHT, class: `strike ${strike.side}` }));
    }
    for (const [side, values] of Object.entries(curves)) chart.append(svg("path", { d: this.#path(values), class: `curve ${side}` }));
    this.cursor = svg("line", { x1: 0, x2: 0, y1: 0, y2: HEIGHT, class: "cursor" });
    chart.append(this.cursor);
    this.place.replaceChildren(chart);
    this.move(this.time_s ?? 0);
  }

  move(time_s) {
    this.time_s = time_s;
    const x = this.x(time_s);
    this.cursor.setAttribute("x1", x);
    this.cursor.setAttribute("x2", x);
    const index = pictureAt(this.motion.time_s, time_s, this.told.frame_s);
    const { factor, unit, digits } = SHOWN[this.measure];
    for (const [side, values] of Object.entries(curvesOf(this.motion, this.measure))) {
      const value = index < 0 ? null : values[index];
      const words = value === null ? "–" : `${(factor * value).toFixed(digits).replace("-", "−")}${unit}`;
      this.values[side].textContent = side === "trunk" ? words : `${say(side)} ${words}`;
    }
    for (const [side, place] of Object.entries(this.values)) {
      place.hidden = !(side in curvesOf(this.motion, this.measure));
    }
  }

  x(time_s) {
    return ((time_s - this.first_s) / (this.last_s - this.first_s)) * WIDTH;
  }

  #path(values) {
    let pen = "M";
    const parts = values.map((value, index) => {
      if (value === null) return (pen = "M"), "";
      const point = `${pen}${this.x(this.motion.time_s[index]).toFixed(1)} ${this.y(value).toFixed(1)}`;
      pen = "L";
      return point;
    });
    return parts.join("");
  }
}
