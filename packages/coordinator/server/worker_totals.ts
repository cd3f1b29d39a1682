/** What workers have contributed, so that pages are told of those alone whose totals have changed. */
import type { WorkerProgress } from "@tributary/protocol";

/** Compared once for all pages; each page remembers up to which version it was told. */
export class WorkerTotals {
  readonly #known = new Map<number, { total: WorkerProgress; version: number }>();
  #version = 0;

  /** Grows with each change; 0 before the first total. */
  get version(): number {
    return this.#version;
  }

  /** Takes the totals of this moment; they may be changed afterwards by whoever owns them. */
  take(totals: readonly WorkerProgress[]): void {
    const version = this.#version + 1;
    for (const total of totals) {
      const known = this.#known.get(total.id)?.total;
      if (known !== undefined && isSame(known, total)) continue;
      this.#known.set(total.id, { total: { ...total }, version });
      this.#version = version;
    }
  }

  /** Those that have changed after a version. */
  after(version: number): WorkerProgress[] {
    if (version === this.#version) return [];
    return [...this.#known.values()].flatMap((known) => known.version > version ? [known.total] : []);
  }
}

function isSame(a: WorkerProgress, b: WorkerProgress): boolean {
  return a.leaves === b.leaves && a.samples === b.samples && a.computeMs === b.computeMs;
}
