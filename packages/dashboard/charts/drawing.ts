/** What a chart draws of its lines: a pure operator from all points to those that a screen can show. */
import { combineLatest, defer, map, type Observable } from "rxjs";
import uPlot from "uplot";
import { type ChartSpec, drawnSeries } from "./chart_spec.ts";
import { type IndexedLine, LineIndex } from "./indexed_line.ts";
import { EMPTY_LINE, type Line, lowerBound, type XAxis } from "./line.ts";
import { rowAfter, thin } from "./thin.ts";
import { type Range, type Zoom, zoomedRange } from "./zoom.ts";

/** How a chart is looked at. */
export interface ChartView {
  axis: XAxis;
  zoom: Zoom | null;
  /** About how many values a mean counts. */
  window: number;
  isLog: boolean;
  /** Width of the plot. */
  pixels: number;
}

/** What stands on the screen. */
export interface Drawing {
  view: ChartView;
  /** One ascending x, and a column for each of {@link drawnSeries}: null is a gap, undefined no point of that series. */
  data: [x: number[], ...columns: (number | null | undefined)[][]];
  range: Range;
  whole: Range;
  /** All points, as in {@link drawnSeries}. */
  lines: IndexedLine[];
  /** Points in the range, of which so many are drawn; the mean of a line that is drawn is not counted. */
  total: number;
  shown: number;
  /** Points in all that no axis, or no logarithmic one, has a place for. */
  unplaced: { notFinite: number; notPositive: number };
}

/** Draws anew whenever there are other lines or another view. Reads of lines that grow only what is new. */
export function drawing$(
  spec: Pick<ChartSpec, "series">,
  lines$: Observable<readonly Line[]>,
  view$: Observable<ChartView>,
): Observable<Drawing> {
  return defer(() => {
    const series = drawnSeries(spec);
    const indexes = series.map(() => new LineIndex());
    return combineLatest([lines$, view$]).pipe(
      map(([lines, view]) => {
        const indexed = series.map(({ line, isMean }, i) =>
          indexes[i].read(lines[line] ?? EMPTY_LINE, isMean ? view.window : null)
        );
        return draw(indexed, series.map(({ line }, i) => series[i - 1]?.line !== line), view);
      }),
    );
  });
}

/** `isCounted`: the first one of each line. */
function draw(lines: IndexedLine[], isCounted: boolean[], view: ChartView): Drawing {
  const whole = wholeRange(lines, view.axis);
  const range = zoomedRange(view.zoom, whole);
  const part = { from: range[0], to: range[1], pixels: Math.max(1, Math.floor(view.pixels)) };
  const drawing: Drawing = {
    view,
    data: [[]],
    range,
    whole,
    lines,
    total: 0,
    shown: 0,
    unplaced: { notFinite: 0, notPositive: 0 },
  };
  const tables = lines.map((indexed, i): uPlot.AlignedData => {
    const { line, extremes } = indexed;
    const x = line.x[view.axis];
    const rows = thin({ x, length: line.length, extremes }, part);
    if (isCounted[i]) {
      drawing.total += rowAfter(x, line.length, range[1]) - lowerBound(x, line.length, range[0]);
      drawing.shown += rows.filter((row) => x[row] >= range[0] && x[row] <= range[1]).length;
      drawing.unplaced.notFinite += indexed.notFinite;
      if (view.isLog) drawing.unplaced.notPositive += indexed.notPositive;
    }
    return tableOf(indexed, rows, view);
  });
  if (tables.length > 0) drawing.data = uPlot.join(tables) as Drawing["data"];
  return drawing;
}

function wholeRange(lines: readonly IndexedLine[], axis: XAxis): Range {
  let [from, to] = [Infinity, -Infinity];
  for (const { line: { length, x } } of lines) {
    if (length === 0) continue;
    from = Math.min(from, x[axis][0]);
    to = Math.max(to, x[axis][length - 1]);
  }
  return from < to ? [from, to] : from === to ? [from - 1, from + 1] : [0, 1];
}

/** x and y of rows, with a gap where a value cannot be drawn, and over time where nothing happened. */
function tableOf({ line, values }: IndexedLine, rows: number[], view: ChartView): uPlot.AlignedData {
  const x = line.x[view.axis];
  const breaks = view.axis === "time" ? line.breaks ?? [] : [];
  let next = rows.length > 0 ? lowerBound(breaks, breaks.length, rows[0] + 1) : 0;
  const xs: number[] = [], ys: (number | null)[] = [];
  for (const row of rows) {
    if (next < breaks.length && breaks[next] <= row) {
      xs.push((x[breaks[next] - 1] + x[breaks[next]]) / 2);
      ys.push(null);
      while (next < breaks.length && breaks[next] <= row) next++;
    }
    const value = values[row];
    if (!Number.isFinite(value)) xs.push(x[row]), ys.push(null);
    else if (!view.isLog || value > 0) xs.push(x[row]), ys.push(value);
  }
  return [xs, ys];
}
