// Cutting an MP4 or MOV without touching a picture: the samples between two times are taken as they are, under a new table
// of contents. A cut begins at a key frame, as it must. Nothing is copied: the new file is a list of pieces of the old.
import { HEADER, boxes, inside, timescaleOf, viewOf } from "./mp4.js";

/** The part from the last key frame at or before `start_s` to `end_s`, as a new file; null where that is nothing. */
export function cutMp4(clip, start_s, end_s) {
  const { file, ftyp, samples, timescale } = clip;
  const first = firstSample(clip, start_s);
  const last = samples.findLastIndex((each) => each.shown < end_s * timescale);
  if (last <= first) return null;
  const kept = samples.slice(first, last + 1);
  const bytes = kept.reduce((sum, each) => sum + each.size, 0);
  const head = ftyp.length + newMoov(clip, kept, 0).length + HEADER; // as long whatever the offset is
  const pieces = contiguous(kept).map(([from, to]) => file.slice(from, to));
  return new Blob([ftyp, newMoov(clip, kept, head), header("mdat", bytes), ...pieces], { type: "video/mp4" });
}

/** Where a cut that is asked for at `start_s` begins: at the key frame before. */
export const cutStart = (clip, start_s) => Math.max(0, clip.samples[firstSample(clip, start_s)].shown / clip.timescale);

function firstSample({ samples, timescale }, start_s) {
  return Math.max(0, samples.findLastIndex((each) => each.isKey && each.shown <= start_s * timescale + 1));
}

/** Stretches of the old file that hold samples, as [from, to]. */
function contiguous(samples) {
  const found = [];
  for (const { offset, size } of samples) {
    if (found.at(-1)?.[1] === offset) found.at(-1)[1] += size;
    else found.push([offset, offset + size]);
  }
  return found;
}

/** The table of contents for these samples alone, which lie one after the other from `offset` on. */
function newMoov({ moov, video, timescale }, samples, offset) {
  const lasts = samples.reduce((sum, each) => sum + each.duration, 0);
  const mvhd = boxes(moov, HEADER).find((each) => each.name === "mvhd");
  const lastsInMovie = Math.round((lasts / timescale) * timescaleOf(moov, mvhd));
  const edits = box("edts", table("elst", [[lastsInMovie, firstShown(samples), 1 << 16]]));
  const withDuration = (old, ...at) => durationSet(copied(moov, old), ...at);
  const parts = {
    mvhd: (old) => withDuration(old, lastsInMovie, 16, 24),
    iods: () => null,
    trak: (old) => (old.at === video.at ? rebuilt(old, edits) : null),
    tkhd: (old) => withDuration(old, lastsInMovie, 20, 28),
    edts: () => null,
    tref: () => null, // leads to tracks that are left out
    mdia: (old) => rebuilt(old),
    mdhd: (old) => withDuration(old, lasts, 16, 24),
    minf: (old) => rebuilt(old),
    stbl: (old) => box("stbl", copied(moov, inside(moov, old, "stsd")), ...sampleTables(samples, offset)),
  };
  const rebuilt = (old, ...more) => {
    const children = boxes(moov, old.body, old.at + old.size);
    const made = children.map((each) => (each.name in parts ? parts[each.name](each) : copied(moov, each)));
    return box(old.name, ...made.filter(Boolean), ...more);
  };
  return rebuilt({ name: "moov", at: 0, size: moov.length, body: HEADER });
}

const copied = (moov, old) => moov.slice(old.at, old.at + old.size);

/** A header box with another duration, at one place in its version 0 and at another in version 1. */
function durationSet(bytes, duration, at, longAt) {
  const view = viewOf(bytes);
  if (view.getUint8(HEADER) === 1) view.setBigUint64(HEADER + longAt, BigInt(duration));
  else view.setUint32(HEADER + at, duration);
  return bytes;
}

/** When the first picture is shown, counted from the time of the first one decoded. */
function firstShown(samples) {
  let decoded = 0;
  let first = Infinity;
  for (const { duration, delay } of samples) {
    first = Math.min(first, decoded + delay);
    decoded += duration;
  }
  return first;
}

function sampleTables(samples, offset) {
  const keys = samples.flatMap((each, index) => (each.isKey ? [[index + 1]] : []));
  return [
    table("stts", inRuns(samples.map((each) => each.duration))),
    table("ctts", inRuns(samples.map((each) => each.delay)), 1),
    ...(keys.length < samples.length ? [table("stss", keys)] : []),
    table("stsc", [[1, samples.length, 1]]),
    box("stsz", numbers([0, 0, samples.length, ...samples.map((each) => each.size)])),
    table("stco", [[offset]]),
  ];
}

function inRuns(values) {
  const found = [];
  for (const value of values) {
    if (found.at(-1)?.[1] === value) found.at(-1)[0] += 1;
    else found.push([1, value]);
  }
  return found;
}

/** A box of a version, a count and rows of 32-bit numbers. */
const table = (name, rows, version = 0) => box(name, numbers([version << 24, rows.length, ...rows.flat()]));

function numbers(values) {
  const bytes = new Uint8Array(4 * values.length);
  const view = viewOf(bytes);
  values.forEach((value, index) => view.setInt32(4 * index, value)); // wraps: the same bytes as unsigned
  return bytes;
}

function box(name, ...parts) {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const made = new Uint8Array(HEADER + length);
  made.set(header(name, length));
  let at = HEADER;
  for (const part of parts) {
    made.set(part, at);
    at += part.length;
  }
  return made;
}

function header(name, length) {
  const made = new Uint8Array(HEADER);
  viewOf(made).setUint32(0, HEADER + length);
  made.set([...name].map((letter) => letter.charCodeAt(0)), 4);
  return made;
}
