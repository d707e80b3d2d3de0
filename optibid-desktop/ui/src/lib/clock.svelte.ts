// Now, once a second, for countdowns and ages. The server's clock counts: the computer's may be wrong.

class Clock {
  now = $state(Date.now());
  /** What the server's clock is ahead of the computer's, in milliseconds. */
  #ahead = 0;

  constructor() {
    const tick = () => {
      this.now = Date.now() + this.#ahead;
      setTimeout(tick, 1000 - (this.now % 1000));
    };
    tick();
  }

  /** Takes the time of an answer. */
  set(serverTime: string | null): void {
    const at = serverTime ? Date.parse(serverTime) : NaN;
    if (!Number.isNaN(at)) this.#ahead = Math.abs(at - Date.now()) > 2_000 ? at - Date.now() : 0;
  }

  get skew(): number {
    return this.#ahead;
  }
}

export const clock = new Clock();
