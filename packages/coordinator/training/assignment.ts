/** Who computes which leaves. */
import type { LeafRange } from "@tributary/core";

/**
 * What a range costs a worker, in milliseconds: `msPerLeaf` for each leaf, and `msPerAnswer` for each subtree that it answers
 * with: a message there, a gradient back, an addition.
 */
export interface WorkerCost {
  msPerLeaf: number;
  msPerAnswer: number;
}

/** Halvings of the search for the shortest time: to a thousandth. */
const HALVINGS = 10;

/**
 * Cuts `leaves` leaves into consecutive ranges, one per worker in their order, so that the slowest worker is done as early as can
 * be. A worker that could only slow the step down gets an empty range.
 *
 * A range that is aligned to the summation tree is answered with fewer subtrees, so cuts fall on aligned leaves unless the cost
 * says otherwise. The time is found by halving; for a given time, the ends that the ranges can have are followed worker by worker.
 */
export function assignLeaves(leaves: number, costs: readonly WorkerCost[]): LeafRange[] {
  // One worker alone can do it in this time, or all of them in equal shares.
  const alone = Math.min(...costs.map((cost) => rangeCost({ first: 0, end: leaves }, leaves, cost)));
  const even = evenRanges(leaves, costs.length);
  let best = Math.min(alone, Math.max(...even.map((range, i) => rangeCost(range, leaves, costs[i]))));
  let plan = takeWithin(best, leaves, costs) ?? even;
  // Without any answers, all together could not be faster than this.
  let tooShort = leaves / costs.reduce((sum, { msPerLeaf }) => sum + 1 / msPerLeaf, 0);
  for (let i = 0; i < HALVINGS; i++) {
    const time = (tooShort + best) / 2;
    const shorter = takeWithin(time, leaves, costs);
    if (shorter === null) {
      tooShort = time;
    } else {
      best = time;
      plan = shorter;
    }
  }
  return plan;
}

/** Time that a worker needs for a range. */
export function rangeCost(range: LeafRange, leaves: number, { msPerLeaf, msPerAnswer }: WorkerCost): number {
  if (range.first >= range.end) return 0;
  return (range.end - range.first) * msPerLeaf + answerCount(range, leaves) * msPerAnswer;
}

/** Number of maximal aligned subtrees of a range: `subtreesOf(range, leaves).length`, counted without a list. */
export function answerCount({ first, end }: LeafRange, leaves: number): number {
  let count = 0;
  while (first < end) {
    let width = 1;
    // A subtree at the tree's end may be short; it is whole when the range has all of its leaves.
    while (first % (2 * width) === 0 && width < leaves && Math.min(first + 2 * width, leaves) <= end) {
      width *= 2;
    }
    first = Math.min(first + width, leaves);
    count++;
  }
  return count;
}

/** Ranges that all workers can do within `time`, or null when they cannot reach the last leaf. */
function takeWithin(time: number, leaves: number, costs: readonly WorkerCost[]): LeafRange[] | null {
  // fewest[w]: where worker w's range must begin at least, if it and those after it can do the rest at all.
  const fewest = new Int32Array(costs.length + 1).fill(leaves);
  for (let w = costs.length - 1; w >= 0; w--) {
    fewest[w] = Math.max(0, fewest[w + 1] - leavesWithin(time, costs[w], leaves));
  }
  if (fewest[0] > 0) return null;
  // starts[w][end]: where worker w's range begins if the ranges of workers 0 to w can end there; -1 if they cannot.
  const starts: Int32Array[] = [];
  let reached = [0];
  for (const [w, cost] of costs.entries()) {
    const from = new Int32Array(leaves + 1).fill(-1);
    for (const first of reached) {
      from[first] = first;
      for (const end of endsWithin(time, first, leaves, cost)) {
        // The longest range for the worker whose turn it is: those after it have less to do.
        if (from[end] < 0) from[end] = first;
      }
    }
    starts.push(from);
    if (from[leaves] >= 0) break;
    reached = [];
    for (let end = fewest[w + 1]; end < leaves; end++) {
      if (from[end] >= 0) reached.push(end);
    }
  }
  if (starts[starts.length - 1][leaves] < 0) return null;
  const ranges = costs.map(() => ({ first: leaves, end: leaves }));
  let end = leaves;
  for (let w = starts.length - 1; w >= 0; w--) {
    const first = starts[w][end];
    ranges[w] = { first, end };
    end = first;
  }
  return ranges;
}

/** The most leaves that a worker can do within `time`, in one answer. */
function leavesWithin(time: number, { msPerLeaf, msPerAnswer }: WorkerCost, leaves: number): number {
  return Math.min(leaves, Math.max(0, Math.floor((time - msPerAnswer) / msPerLeaf + 1e-9)));
}

/** Where a range from `first` can end within `time`: the last such leaf, and the last that is aligned to each level of the tree. */
function endsWithin(time: number, first: number, leaves: number, cost: WorkerCost): number[] {
  const last = Math.min(leaves, first + leavesWithin(time, cost, leaves));
  const ends: number[] = [];
  const add = (end: number) => {
    if (end <= first || ends.includes(end)) return;
    if (rangeCost({ first, end }, leaves, cost) <= time * (1 + 1e-9)) ends.push(end);
  };
  add(last);
  add(last - 1);
  for (let width = 2; width <= last; width *= 2) add(last - last % width);
  return ends;
}

/** Consecutive ranges of as equal a number of leaves as can be, one per part; some may be empty. */
export function evenRanges(leaves: number, parts: number): LeafRange[] {
  return assignEvenly([{ first: 0, end: leaves }], parts).map(([range]) => range ?? { first: 0, end: 0 });
}

/**
 * Cuts ranges of leaves into `parts` shares of as equal a number of leaves as can be, each a run of consecutive pieces.
 * With fewer leaves than parts, the last shares are empty.
 */
export function assignEvenly(ranges: readonly LeafRange[], parts: number): LeafRange[][] {
  const total = ranges.reduce((sum, { first, end }) => sum + end - first, 0);
  const shares: LeafRange[][] = Array.from({ length: parts }, () => []);
  let given = 0;
  let part = 0;
  for (const range of ranges) {
    let { first } = range;
    while (first < range.end) {
      // The first `total % parts` shares have one leaf more.
      const shareEnd = (part + 1) * Math.floor(total / parts) + Math.min(part + 1, total % parts);
      const end = Math.min(range.end, first + shareEnd - given);
      if (end > first) shares[part].push({ first, end });
      given += end - first;
      first = end;
      if (given === shareEnd) part++;
    }
  }
  return shares;
}
