/**
 * Samples per leaf where nobody says anything: `min(32, max(5, ceil(batchSize / 8)))`. Small batches split over two workers,
 * large ones over many, and the tree stays cheap (10 -> 5, 128 -> 16, 256 -> 32).
 */
export function defaultLeafSize(batchSize: number): number {
  return Math.min(32, Math.max(5, Math.ceil(batchSize / 8)));
}
