/** Measuring on a machine that others use too: variants in turn, round after round, medians with their spread. */

/** Middle and spread of some figures. */
export interface Figures {
  median: number;
  /** 10th and 90th percentile. */
  low: number;
  high: number;
}

/** Something to measure: one call is one slice, and returns its figure, such as samples per second. */
export type Slice = () => number | Promise<number>;

/** Measures all variants in turn, so that the machine's moods meet all alike; the first round only warms up. */
export async function interleave(slices: readonly Slice[], rounds: number): Promise<Figures[]> {
  return (await interleaveRounds(slices, rounds)).map(summarise);
}

/** As {@link interleave}. @returns the figures of each variant, round after round. */
export async function interleaveRounds(slices: readonly Slice[], rounds: number): Promise<number[][]> {
  const figures: number[][] = slices.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, slice] of slices.entries()) {
      const figure = await slice();
      if (round > 0) figures[i].push(figure);
    }
  }
  return figures;
}

/** `a / b`, round by round: what disturbs a round disturbs both. */
export function ratios(a: readonly number[], b: readonly number[]): Figures {
  return summarise(a.map((figure, round) => figure / b[round]));
}

/** Median, 10th and 90th percentile. */
export function summarise(values: readonly number[]): Figures {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return { median: at(0.5), low: at(0.1), high: at(0.9) };
}

/** Such as "12,345  (11,900 to 12,800)", in columns. */
export function formatFigures({ median, low, high }: Figures, digits = 0): string {
  const text = (x: number) =>
    x.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${text(median).padStart(9)}  (${text(low)} to ${text(high)})`.padEnd(34);
}
