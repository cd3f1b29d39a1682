/** What a chart is: its names, its series, and how its numbers are written. */

/** How a series is drawn. */
export interface SeriesSpec {
  label: string;
  /** A CSS variable, so that the theme decides. */
  color: string;
  /** In CSS pixels. */
  width: number;
  /** A dot at each value, for curves of few values. */
  dots?: boolean;
  /** Also draws the smoothed mean of its values, as a line of its own. */
  mean?: { label: string; color: string; width: number };
  /** Only the smoothed mean of its values is drawn: where there are lines of several runs. */
  isSmoothed?: boolean;
  /** Tells no value unless it is pointed at: one that changes at every step cannot be read. */
  isQuiet?: boolean;
}

/** A series' values; null where it has none. */
export type Series = ArrayLike<number | null | undefined>;

/** What a chart is called, and how its numbers are written. */
export interface ChartSpec {
  /** Names the chart in the address. */
  id: string;
  title: string;
  unit: string;
  /** What is said while there is nothing to draw. */
  empty: string;
  /** As many as the chart gets lines. */
  series: readonly SeriesSpec[];
  /** Of the y axis, linear by default; where it can be either, there is a button. */
  scale?: "linear" | "log" | "either";
  yAxis: (y: number) => string;
  yText: (y: number | null) => string;
  /** From the smallest and largest value and all drawn values, by {@link drawnSeries}; for a linear axis. */
  yRange: (min: number, max: number, series: Series[]) => [number, number];
}

/** A line on the chart: that of a series, or of its mean. */
export interface DrawnSeries extends Omit<SeriesSpec, "mean"> {
  /** Which of the chart's lines. */
  line: number;
  isMean: boolean;
}

/** All lines on the chart; a mean lies above its values. */
export function drawnSeries({ series }: Pick<ChartSpec, "series">): DrawnSeries[] {
  return series.flatMap(({ mean, ...values }, line) => [
    { ...values, line, isMean: values.isSmoothed === true },
    ...mean ? [{ ...mean, line, isMean: true }] : [],
  ]);
}
