/** Timers that ring when a test says so, in place of the global ones while it runs. */

/** A timer that was started. */
interface Timer {
  ring(): void;
  at: number;
  /** Milliseconds between rings, or null for a single one. */
  every: number | null;
}

/** Replaces `setTimeout`, `setInterval` and `performance.now` until it is disposed of. */
export class FakeClock implements Disposable {
  #now = 0;
  #nextId = 1;
  readonly #timers = new Map<number, Timer>();
  readonly #real = {
    setTimeout: globalThis.setTimeout,
    setInterval: globalThis.setInterval,
    clearTimeout: globalThis.clearTimeout,
    clearInterval: globalThis.clearInterval,
    now: performance.now,
  };

  constructor() {
    const start = (ring: () => void, ms: number, every: number | null) => {
      this.#timers.set(this.#nextId, { ring, at: this.#now + ms, every });
      return this.#nextId++;
    };
    const stop = (id?: number) => void (id !== undefined && this.#timers.delete(id));
    Object.assign(globalThis, {
      setTimeout: (ring: () => void, ms = 0) => start(ring, ms, null),
      setInterval: (ring: () => void, ms = 0) => start(ring, ms, ms),
      clearTimeout: stop,
      clearInterval: stop,
    });
    performance.now = () => this.#now;
  }

  /** Timers that still run. */
  get running(): number {
    return this.#timers.size;
  }

  /** Lets time pass; timers ring in order. */
  tick(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (next === undefined) break;
      const [id, timer] = next;
      this.#now = timer.at;
      if (timer.every === null) this.#timers.delete(id);
      else timer.at += timer.every;
      timer.ring();
    }
    this.#now = end;
  }

  [Symbol.dispose](): void {
    const { now, ...globals } = this.#real;
    Object.assign(globalThis, globals);
    performance.now = now;
  }
}
