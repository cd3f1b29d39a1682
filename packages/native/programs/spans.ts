/** How columns are cut into vectors: the last vector overlaps the one before it, so that no vector is a part of one. */

/** A vector of columns: its first one, and how many of its lanes there are; fewer than all only where it is the only vector. */
export interface Span {
  readonly first: number;
  readonly count: number;
}

/** Vectors that cover `width` columns. A column that two of them hold is computed twice, with the same bits. */
export function spansOf(width: number, lanes: number): Span[] {
  if (width < lanes) return [{ first: 0, count: width }];
  const vectors = Math.ceil(width / lanes);
  return Array.from(
    { length: vectors },
    (_, j) => ({ first: Math.min(j * lanes, width - lanes), count: lanes }),
  );
}
