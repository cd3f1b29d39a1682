/** The summation tree, added up while its nodes come in. */
import { rootLevel, type Subtree } from "./leaf_tree.ts";

/**
 * Adds two children as soon as both are there, so that little is left to do when the last node comes, and no more values are kept
 * than there are gaps. The sums are those of `completeTree()`, in whatever order the nodes come.
 */
export class GrowingTree<T> {
  readonly #leaves: number;
  readonly #add: (left: T, right: T) => T;
  /** Nodes that wait for their siblings, by level and index. */
  readonly #waiting = new Map<string, T>();
  #root: T | null = null;

  /** @param add gives `left + right`; it may reuse the storage of either. */
  constructor(leaves: number, add: (left: T, right: T) => T) {
    this.#leaves = leaves;
    this.#add = add;
  }

  /** Takes a node; all nodes together must cover each leaf once. */
  insert({ level, index }: Subtree, value: T): void {
    const root = rootLevel(this.#leaves);
    for (; level < root; level++, index >>= 1) {
      const isLeft = index % 2 === 0;
      // A left child without a sibling is its parent.
      if (isLeft && (index + 1) * (1 << level) >= this.#leaves) continue;
      const sibling = `${level},${isLeft ? index + 1 : index - 1}`;
      const other = this.#waiting.get(sibling);
      if (other === undefined) {
        this.#waiting.set(`${level},${index}`, value);
        return;
      }
      this.#waiting.delete(sibling);
      value = isLeft ? this.#add(value, other) : this.#add(other, value);
    }
    this.#root = value;
  }

  /** The sum of all leaves; null while some are missing. */
  get root(): T | null {
    return this.#root;
  }

  /** What there is, in no order: some nodes, or the root alone. */
  *values(): Generator<T> {
    yield* this.#waiting.values();
    if (this.#root !== null) yield this.#root;
  }
}
