/** Columns of numbers that grow: their memory doubles when it is full. */

const CAPACITY_FIRST = 1024;

interface Growing<Self> {
  readonly length: number;
  set(values: Self): void;
}

/** `column` itself if it has room for `length` numbers, else a longer copy. */
export function withRoom<C extends Growing<C>>(column: C, length: number): C {
  if (length <= column.length) return column;
  const Column = column.constructor as new (length: number) => C;
  const longer = new Column(capacityFor(length, column.length));
  longer.set(column);
  return longer;
}

/** How many numbers to have room for. */
export function capacityFor(length: number, capacity: number): number {
  let doubled = Math.max(capacity, CAPACITY_FIRST);
  while (doubled < length) doubled *= 2;
  return doubled;
}
