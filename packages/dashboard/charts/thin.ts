/** Which points of a long line must be drawn so that it looks as if all were. */

/**
 * Cuts `values[0..length)` into `buckets` of equal width and returns, in ascending order, the index of the smallest and
 * of the largest value of each: drawn at a pixel a bucket, no peak is lost. The first and the last index are always among
 * them, and all indices are returned where that is no more than two a bucket. Values that are no finite numbers are
 * neither smallest nor largest; a bucket that has no others gives its first index, so that a gap stays a gap.
 */
export function thinByExtremes(values: Float64Array, length: number, buckets: number): number[] {
  if (length <= 2 * buckets) return Array.from({ length }, (_, index) => index);
  const indices: number[] = [];
  const add = (index: number) => {
    if (index !== indices.at(-1)) indices.push(index);
  };
  add(0);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const first = Math.floor(bucket * length / buckets);
    const end = Math.floor((bucket + 1) * length / buckets);
    let smallest = -1;
    let largest = -1;
    for (let i = first; i < end; i++) {
      if (!Number.isFinite(values[i])) continue;
      if (smallest < 0 || values[i] < values[smallest]) smallest = i;
      if (largest < 0 || values[i] > values[largest]) largest = i;
    }
    add(smallest < 0 ? first : Math.min(smallest, largest));
    if (largest >= 0) add(Math.max(smallest, largest));
  }
  add(length - 1);
  return indices;
}
