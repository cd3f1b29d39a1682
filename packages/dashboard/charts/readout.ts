/** What a chart's legend tells: the values under the crosshair, or else the last ones. */
import type { ChartSpec } from "./chart_spec.ts";
import { drawnSeries } from "./chart_spec.ts";
import type { Drawing } from "./drawing.ts";
import { nearestRow, type XAxis } from "./line.ts";
import { type Mark, marksAt } from "./marks.ts";
import { X_AXIS_WORDS } from "./x_axes.ts";

/** By drawn series. */
export interface Readout {
  axis: XAxis;
  /** Null while nothing is pointed at. */
  x: number | null;
  /** Null where a series has none. */
  values: (number | null)[];
  /** Which series have any value at all. */
  isPresent: boolean[];
  /** What happened there, in words; empty where nothing did. */
  happened: string;
}

/** Before there is anything to tell. */
export function emptyReadout(spec: ChartSpec): Readout {
  const series = drawnSeries(spec);
  return {
    axis: "step",
    x: null,
    values: series.map(() => null),
    isPresent: series.map(() => false),
    happened: "",
  };
}

/** The value of each series that is nearest to `x`, of all its points, drawn or not. */
export function readoutAt(
  { lines, view: { axis } }: Pick<Drawing, "lines" | "view">,
  x: number | null,
  { marks, distance }: { marks: readonly Mark[]; distance: number },
): Readout {
  const values = lines.map(({ line, values }) => {
    const row = x === null ? line.length - 1 : nearestRow(line.x[axis], line.length, x);
    return row < 0 ? null : values[row];
  });
  return {
    axis,
    x,
    values,
    isPresent: lines.map(({ line, notFinite }) => line.length > 0 && notFinite < line.length),
    happened: x === null ? "" : marksAt(marks, axis, { x, distance }),
  };
}

/** A readout as a sentence, for a screen reader. */
export function readoutWords(spec: ChartSpec, { axis, x, values, isPresent, happened }: Readout): string {
  const parts = drawnSeries(spec).map(({ label }, i) => `${label} ${spec.yText(values[i])}`);
  return [
    x === null ? "" : X_AXIS_WORDS[axis].place(x),
    ...parts.filter((_, i) => isPresent[i]),
    happened,
  ].filter((part) => part !== "").join(", ");
}

/** The index nearest to `index` at which a column has a number; `index` itself where there is none. */
export function nearestDefined(column: ArrayLike<number | null | undefined>, index: number): number {
  for (let away = 0; index - away >= 0 || index + away < column.length; away++) {
    if (column[index - away] != null) return index - away;
    if (column[index + away] != null) return index + away;
  }
  return index;
}
