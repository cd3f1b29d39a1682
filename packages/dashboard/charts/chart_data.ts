/** What a chart draws: one ascending x for all series, and null where a series has no value. */
export interface ChartData {
  x: number[];
  series: (number | null)[][];
}

/** A number that can be drawn, or null for a gap. */
export function drawable(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
