// Reading the table of contents of MP4 and MOV files (ISO/IEC 14496-12): when each picture is shown, and where it lies.

export const HEADER = 8;
const LONG_HEADER = 16;
const LARGEST_MOOV = 50_000_000; // bytes; a long clip's table of contents has some hundred thousand

/**
 * The file's picture track, or null where it is no file that can be read here: its samples in the order of decoding
 * ({size, offset, duration, delay, shown, isKey}; times in `timescale` units, `shown` on a player's clock), `duration_s`
 * and `fps`.
 */
export async function readMp4(file) {
  try {
    const top = await topLevel(file);
    const moov = top.moov && await bytesOf(file, top.moov);
    if (!moov || !top.ftyp || top.moof) return null;
    const tracks = boxes(moov, HEADER).filter((box) => box.name === "trak");
    const video = tracks.find((trak) => handler(moov, trak) === "vide");
    return video ? { file, moov, video, ftyp: await bytesOf(file, top.ftyp), ...timing(moov, video) } : null;
  } catch (error) {
    if ([RangeError, TypeError, Unusual].some((each) => error instanceof each)) return null; // cut off, or not as we know it
    throw error;
  }
}

class Unusual extends Error {}

async function topLevel(file) {
  const found = {};
  for (let at = 0; at + HEADER <= file.size; ) {
    const view = viewOf(await bytesOf(file, { at, size: LONG_HEADER }));
    let size = view.getUint32(0);
    if (size === 1) size = Number(view.getBigUint64(8));
    if (size === 0) size = file.size - at;
    if (size < HEADER) break;
    found[nameAt(view, 4)] ??= { at, size };
    at += size;
  }
  if (found.moov?.size > LARGEST_MOOV) throw new Unusual("moov");
  return found;
}

const bytesOf = async (file, { at, size }) => new Uint8Array(await file.slice(at, at + size).arrayBuffer());
export const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const nameAt = (view, at) => String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));

/** Boxes inside a range of bytes: {name, at, size, body}. */
export function boxes(bytes, from, to = bytes.length) {
  const view = viewOf(bytes);
  const found = [];
  for (let at = from; at + HEADER <= to; ) {
    const size = view.getUint32(at);
    if (size < HEADER || at + size > to) break; // QuickTime ends some lists with four zero bytes
    found.push({ name: nameAt(view, at + 4), at, size, body: at + HEADER });
    at += size;
  }
  return found;
}

/** A box below another by the names on the way; undefined where there is none. */
export function inside(bytes, box, ...names) {
  const child = (parent, name) => boxes(bytes, parent.body, parent.at + parent.size).find((each) => each.name === name);
  return names.reduce((parent, name) => parent && child(parent, name), box);
}

function handler(moov, trak) {
  const box = inside(moov, trak, "mdia", "hdlr");
  return box && nameAt(viewOf(moov), box.body + 8);
}

/** Rows of a table: after version and flags a count, then `width` numbers of 32 bits each. */
function rows(moov, box, width) {
  if (!box) return [];
  const view = viewOf(moov);
  return Array.from({ length: view.getUint32(box.body + 4) }, (_, row) =>
    Array.from({ length: width }, (_, column) => view.getUint32(box.body + 8 + 4 * (row * width + column))));
}

function timing(moov, video) {
  const mdhd = inside(moov, video, "mdia", "mdhd");
  const view = viewOf(moov);
  const timescale = timescaleOf(moov, mdhd);
  const stbl = inside(moov, video, "mdia", "minf", "stbl");
  const table = (name) => inside(moov, stbl, name);
  const sizes = sizesOf(view, table("stsz"));
  const offsets = offsetsOf(moov, stbl, sizes);
  const durations = runs(rows(moov, table("stts"), 2));
  const delays = runs(rows(moov, table("ctts"), 2));
  const keys = table("stss") && new Set(rows(moov, table("stss"), 1).map(([number]) => number - 1));
  const begins = startOf(moov, video);
  let decoded = 0;
  const samples = sizes.map((size, index) => {
    const delay = (delays[index] ?? 0) | 0; // signed in version 1, and never beyond 2^31 in version 0
    const sample = { size, offset: offsets[index], duration: durations[index] ?? 0, delay, shown: decoded + delay - begins };
    sample.isKey = !keys || keys.has(index);
    decoded += sample.duration;
    return sample;
  });
  return { timescale, samples, duration_s: decoded / timescale, fps: (samples.length * timescale) / decoded };
}

/** Units a second of a header box (mvhd, mdhd). */
export function timescaleOf(moov, { body }) {
  const view = viewOf(moov);
  return view.getUint32(body + (view.getUint8(body) === 1 ? 20 : 12));
}

const runs = (pairs) => pairs.flatMap(([count, value]) => Array(count).fill(value));

function sizesOf(view, stsz) {
  if (!stsz) throw new Unusual("stsz");
  const [all, count] = [view.getUint32(stsz.body + 4), view.getUint32(stsz.body + 8)];
  return Array.from({ length: count }, (_, index) => all || view.getUint32(stsz.body + 12 + 4 * index));
}

function offsetsOf(moov, stbl, sizes) {
  const wide = inside(moov, stbl, "co64");
  const chunks = wide
    ? rows(moov, wide, 2).map(([high, low]) => high * 2 ** 32 + low)
    : rows(moov, inside(moov, stbl, "stco"), 1).map(([offset]) => offset);
  const plan = rows(moov, inside(moov, stbl, "stsc"), 3);
  if (new Set(plan.map(([, , description]) => description)).size !== 1) throw new Unusual("stsc");
  const offsets = [];
  chunks.forEach((start, chunk) => {
    const [, count] = plan.findLast(([first]) => first <= chunk + 1);
    let at = start;
    for (let i = 0; i < count && offsets.length < sizes.length; i += 1) {
      const size = sizes[offsets.length];
      offsets.push(at);
      at += size;
    }
  });
  return offsets;
}

/** Where the edit list lets the track begin, in the track's own time. */
function startOf(moov, video) {
  const elst = inside(moov, video, "edts", "elst");
  if (!elst) return 0;
  const view = viewOf(moov);
  if (view.getUint8(elst.body) !== 0) throw new Unusual("elst");
  const edits = rows(moov, elst, 3).map(([, start]) => start | 0);
  return edits.find((start) => start >= 0) ?? 0; // -1 is a pause before the picture
}
