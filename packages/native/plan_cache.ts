/** The plans of one operation, one for each size that it was called with. */
/** Plans that are kept. A run has a handful of sizes; whoever asks for more pays for planning them again. */
const PLANS_MAX = 64;

/** Looking up allocates nothing. */
export class PlanCache<Size, Plan> {
  readonly #entries: { size: Size; first: number; second: number; plan: Plan }[] = [];
  readonly #same: (x: Size, y: Size) => boolean;
  readonly #make: (size: Size, first: number, second: number) => Plan;

  /** `same` says whether sizes are equal; `make` plans for a size and up to two more numbers. */
  constructor(
    same: (x: Size, y: Size) => boolean,
    make: (size: Size, first: number, second: number) => Plan,
  ) {
    this.#same = same;
    this.#make = make;
  }

  /** The plan for a size, made on first use. */
  get(size: Size, first = 0, second = 0): Plan {
    for (let i = 0; i < this.#entries.length; i++) {
      const entry = this.#entries[i];
      if (entry.first === first && entry.second === second && this.#same(entry.size, size)) return entry.plan;
    }
    const plan = this.#make({ ...size }, first, second);
    if (this.#entries.length === PLANS_MAX) this.#entries.length = 0;
    this.#entries.push({ size: { ...size }, first, second, plan });
    return plan;
  }
}
