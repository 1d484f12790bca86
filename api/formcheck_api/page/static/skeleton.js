// Two clips' skeletons laid over each other: one size, the hips together, both running to the right.
import { say } from "./site.js";
import { SHOWN, pictureAt, svg } from "./motion.js";

const SCALE = 100; // drawing units a leg length
const AIR = 0.12; // around them, in leg lengths
const HEAD = 0.13; // half of a head's height, in leg lengths
const LEG = ["hip", "knee", "ankle", "heel", "foot_index", "ankle"];
const ARM = ["shoulder", "elbow", "wrist"];
const TOLD = { foot_ahead_of_hip: "both_reach", trunk_lean: "both_lean" };
const OTHER = { left: "right", right: "left" };

const corners = ({ skeleton }) => [skeleton.head, ...Object.values(skeleton.left), ...Object.values(skeleton.right)];

/** A number of the motion at one picture, of a leg or of the trunk. */
const valueAt = (motion, measure, side, index) => (motion[measure][side] ?? motion[measure])[index];

export class Skeletons {
  /** `clips` are {name, motion, frame_s} of the first and the second; `side` is the leg drawn strongly. */
  constructor(place, words, clips, side) {
    Object.assign(this, { words, clips, side });
    const [left, right] = spanOf(clips, "forward");
    const [low, high] = spanOf(clips, "up");
    const viewBox = [left, -high, right - left, high - low].map((value) => (SCALE * value).toFixed(0)).join(" ");
    this.drawing = svg("svg", { viewBox, "aria-hidden": "true" });
    this.drawing.append(svg("line", { x1: 0, x2: 0, y1: -SCALE * high, y2: -SCALE * low, class: "zero" }));
    this.bodies = clips.map(({ name }) => svg("g", { class: `skeleton ${name}` }));
    this.drawing.append(...this.bodies);
    place.replaceChildren(this.drawing);
    this.indexes = [-1, -1];
  }

  /** Show what a clip shows at a time. */
  move(clip, time_s) {
    const { motion, frame_s } = this.clips[clip];
    const index = pictureAt(motion.time_s, time_s, frame_s);
    if (index === this.indexes[clip]) return;
    this.indexes[clip] = index;
    this.bodies[clip].replaceChildren(...(index < 0 ? [] : body(motion.skeleton, index, this.side)));
    this.#tell();
  }

  /** The numbers of both pictures, for those who do not see the drawing and those who want to read it off. */
  #tell() {
    for (const [measure, words] of Object.entries(TOLD)) {
      const values = this.clips.map(({ motion }, clip) => shown(measure, valueAt(motion, measure, this.side, this.indexes[clip])));
      this.words[measure].textContent = say(words, { first: values[0], second: values[1] });
    }
  }
}

function spanOf(clips, axis) {
  const known = clips.flatMap(({ motion }) => corners(motion).flatMap((path) => path[axis].filter((value) => value !== null)));
  return [known.reduce((a, b) => Math.min(a, b), -1) - AIR, known.reduce((a, b) => Math.max(a, b), 1) + AIR];
}

function shown(measure, value) {
  const { factor, unit, digits } = SHOWN[measure];
  return value === null || value === undefined ? "–" : `${(factor * value).toFixed(digits).replace("-", "−")}${unit}`;
}

/** The far side thin, then the trunk and the near side. */
function body(skeleton, index, side) {
  const [near, far] = [skeleton[side], skeleton[OTHER[side]]];
  const limbs = [["far", far], ["near", near]].flatMap(([name, joints]) => [
    svg("path", { d: chain(LEG.map((joint) => joints[joint]), index), class: name }),
    svg("path", { d: chain(ARM.map((joint) => joints[joint]), index), class: name }),
  ]);
  const trunk = svg("path", { d: chain([near.hip, near.shoulder], index), class: "near" });
  const at = pointOf(skeleton.head, index);
  const head = at && svg("circle", { cx: at[0], cy: at[1], r: SCALE * HEAD, class: "near" });
  return [...limbs, trunk, ...(head ? [head] : [])];
}

function pointOf(path, index) {
  const [forward, up] = [path.forward[index], path.up[index]];
  return forward === null || up === null ? null : [(SCALE * forward).toFixed(1), (-SCALE * up).toFixed(1)];
}

/** A line through joints, interrupted at those that were not seen. */
function chain(paths, index) {
  let pen = "M";
  return paths.map((path) => {
    const point = pointOf(path, index);
    const part = point ? `${pen}${point.join(" ")}` : "";
    pen = point ? "L" : "M";
    return part;
  }).join("");
}
