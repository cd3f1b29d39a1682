/** Refusals as lines, equal ones folded: who knocks again and again must not fill a terminal. No clock. */
import type { TrainingEvent } from "@tributary/protocol";

type Refused = Extract<TrainingEvent, { type: "workerRefused" }>;

/** While equal ones come, their number is told at most this often. */
const COUNT_MS = 10_000;

/** Remembers the last refusal. */
export class FoldedRefusals {
  #last: Refused | null = null;
  /** Equal ones that were not told. */
  #more = 0;
  #toldAt = 0;

  /** The lines that a refusal leads to: its own, or how often the same one came, or none yet. */
  lines(event: Refused): string[] {
    const last = this.#last;
    const isEqual = last !== null && event.name === last.name && event.code === last.code &&
      event.reason === last.reason;
    if (isEqual) {
      this.#more++;
      return event.at - this.#toldAt < COUNT_MS ? [] : this.rest(event.at);
    }
    const lines = [...this.rest(event.at), `Refused ${event.name} (${event.code}): ${event.reason}.`];
    this.#last = event;
    return lines;
  }

  /** How often the last refusal came again since that was told, if it did. */
  rest(at = 0): string[] {
    const count = this.#more;
    this.#more = 0;
    this.#toldAt = at;
    if (this.#last === null || count === 0) return [];
    const { name, code } = this.#last;
    return [`Refused ${name} (${code}) ${count === 1 ? "once more" : `${count} more times`}.`];
  }
}
