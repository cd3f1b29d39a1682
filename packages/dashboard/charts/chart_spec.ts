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
  /** Tells no value unless it is pointed at: one that changes at every step cannot be read. */
  isQuiet?: boolean;
}

/** A series' values; null where it has none. */
export type Series = ArrayLike<number | null | undefined>;

/** What a chart is called, and how its numbers are written. */
export interface ChartSpec {
  id: string;
  title: string;
  unit: string;
  /** What is said while there is nothing to draw. */
  empty: string;
  series: SeriesSpec[];
  /** Allowed distances between the marks of the x axis. */
  xSteps: number[];
  xAxis: (x: number) => string;
  xText: (x: number) => string;
  yAxis: (y: number) => string;
  yText: (y: number | null) => string;
  /** From the smallest and largest value and all values, by series. */
  yRange: (min: number, max: number, series: Series[]) => [number, number];
}
