// The overlay video under the runner's fingers: slow, picture by picture, from foot strike to foot strike.

const AT_ONCE = 1e-3; // of a picture, by which two times count as the same
const FIRST_AFTER = 0.95; // of a picture after an instant, the first picture that began after it is shown

/**
 * A video with its strikes. `told.frame_s` is the time between pictures, `told.strikes` are in time. Calls
 * `onMove(time_s, strikeIndex)` whenever another picture is shown; the index is -1 unless it is a strike's picture.
 */
export class Player {
  constructor(video, told, onMove) {
    this.video = video;
    this.frame_s = told.frame_s;
    this.strikes = told.strikes;
    this.onMove = onMove;
    this.wanted_s = null;
    this.again = null; // from and to which time it plays again and again
    for (const event of ["seeked", "timeupdate", "pause"]) video.addEventListener(event, () => this.#moved());
    video.addEventListener("play", () => this.#follow());
    video.addEventListener("ended", () => (this.again ? this.#playAgain() : this.#moved()));
  }

  /** Where the picture is that is shown, or that was asked for and is on its way. */
  get time_s() {
    return this.wanted_s ?? this.video.currentTime;
  }

  /** Show the picture of a time: its middle, so that rounding never shows a neighbour. */
  seek(time_s) {
    this.again = null;
    this.video.pause();
    const last = Math.max(0, (this.video.duration || 0) - this.frame_s / 2);
    this.wanted_s = Math.min(Math.max(0, time_s), last);
    this.video.currentTime = this.wanted_s;
    this.onMove(this.wanted_s, this.strikeAt(this.wanted_s));
  }

  /** Go on or back by pictures. */
  step(frames) {
    const now = Math.floor(this.time_s / this.frame_s + AT_ONCE);
    this.seek((now + frames + 0.5) * this.frame_s);
  }

  /** Go to the next strike (+1) or the one before (-1). */
  strike(direction) {
    const now = this.time_s;
    const at = this.strikeAt(now);
    const ahead = direction > 0
      ? this.strikes.findIndex((strike) => strike.time_s > now)
      : this.strikes.findLastIndex((strike) => strike.time_s < now);
    const next = at >= 0 ? at + direction : ahead;
    if (this.strikes[next]) this.toStrike(next);
  }

  /** Show a strike by its index: the first picture on the ground. */
  toStrike(index) {
    this.seek(this.strikes[index].time_s + FIRST_AFTER * this.frame_s);
  }

  /** Play `half_s` before a time to `half_s` after it, again and again, until something else is asked for. */
  loop(time_s, half_s) {
    this.seek(time_s - half_s);
    this.again = { from_s: this.wanted_s, to_s: time_s + half_s };
    this.#play();
  }

  toggle() {
    if (!this.video.paused) return this.video.pause();
    if (this.video.ended) this.video.currentTime = 0;
    this.#play();
  }

  /** Play once a picture that was asked for is there: WebKit stands still when it is told to play before. */
  #play() {
    if (!this.video.seeking) return this.video.play();
    this.video.addEventListener("seeked", () => this.video.play(), { once: true });
  }

  /** The strike whose picture is shown at a time, or -1. */
  strikeAt(time_s) {
    const isShown = (strike) => Math.abs(time_s - strike.time_s - FIRST_AFTER * this.frame_s) < this.frame_s / 2;
    return this.strikes.findIndex(isShown);
  }

  /** The last strike whose picture has been reached, or -1. */
  get strikeReached() {
    const isReached = (strike) => this.time_s - strike.time_s > (FIRST_AFTER - 0.5) * this.frame_s;
    return this.strikes.findLastIndex(isReached);
  }

  #moved() {
    if (!this.video.seeking) this.wanted_s = null;
    this.onMove(this.time_s, this.strikeAt(this.time_s));
  }

  #follow() {
    if (this.video.paused) return;
    if (this.again && this.video.currentTime >= this.again.to_s) this.#playAgain();
    this.#moved();
    requestAnimationFrame(() => this.#follow());
  }

  #playAgain() {
    this.video.currentTime = this.again.from_s;
    this.#play();
  }
}
