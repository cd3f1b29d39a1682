/** uPlot in an element: follows its size, the data and the colour scheme, and draws at most once a frame. */
import type { Signal } from "@preact/signals";
import {
  animationFrameScheduler,
  auditTime,
  BehaviorSubject,
  distinctUntilChanged,
  fromEvent,
  type Observable,
  Subscription,
} from "rxjs";
import uPlot from "uplot";
import type { ChartData } from "./chart_data.ts";
import type { ChartSpec, SeriesSpec } from "./chart_spec.ts";

const AXIS_FONT_PX = 12;
/** About the width of a digit of the axis font, and the space beside a mark. */
const DIGIT_PX = 7;
const MARK_SPACE_PX = 14;

/** What the legend tells: the values under the cursor, or else the last ones. */
export interface Readout {
  /** Null while nothing is pointed at. */
  x: number | null;
  /** One a series; null where it has none. */
  values: (number | null)[];
  /** Which series have any value at all. */
  isPresent: boolean[];
}

/** A plot that stands on the page. */
export interface Plot extends Disposable {
  /** Moves the cursor by a key; false if the key means nothing here. */
  moveCursor(key: string): boolean;
}

interface PlotOptions {
  spec: ChartSpec;
  data: (width$: Observable<number>) => Observable<ChartData>;
  readout: Signal<Readout>;
}

/** Puts a plot into `element`; disposing takes it away and ends all its subscriptions. */
export function mountPlot(element: HTMLElement, { spec, data, readout }: PlotOptions): Plot {
  const subscription = new Subscription();
  const width$ = new BehaviorSubject(element.clientWidth);
  let isPresent = spec.series.map(() => false);
  const plot = new uPlot(options(spec, element, tell), [[], ...spec.series.map(() => [])], element);

  function tell(): void {
    const [xs, ...columns] = plot.data;
    const index = plot.cursor.idx ?? null;
    readout.value = {
      x: index === null ? null : xs[index],
      values: columns.map((column) => (index === null ? lastValue(column) : column[index]) ?? null),
      isPresent,
    };
  }

  subscription.add(
    data(width$.pipe(distinctUntilChanged())).pipe(auditTime(0, animationFrameScheduler)).subscribe(
      ({ x, series }) => {
        isPresent = series.map((column) => column.some((value) => value !== null));
        plot.setData([x, ...series]);
        tell();
      },
    ),
  );
  subscription.add(
    fromEvent(matchMedia("(prefers-color-scheme: dark)"), "change").subscribe(() => plot.redraw(false, true)),
  );
  const observer = new ResizeObserver(() => {
    plot.setSize({ width: element.clientWidth, height: element.clientHeight });
    width$.next(element.clientWidth);
  });
  observer.observe(element);
  subscription.add(() => {
    observer.disconnect();
    plot.destroy();
  });
  return {
    moveCursor: (key) => moveCursor(plot, key),
    [Symbol.dispose]: () => subscription.unsubscribe(),
  };
}

function options(spec: ChartSpec, element: HTMLElement, tell: () => void): uPlot.Options {
  const font = `${AXIS_FONT_PX}px ${getComputedStyle(element).fontFamily}`;
  const axis = { stroke: color("--muted"), font, ticks: { show: false, size: 0 } };
  const grid = { stroke: color("--line"), width: 1 };
  return {
    width: Math.max(1, element.clientWidth),
    height: Math.max(1, element.clientHeight),
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { size: 7, width: 2 } },
    scales: {
      x: { time: false, range: (_, min, max) => xRange(min, max) },
      y: { range: (plot, min, max) => min === null ? [0, 1] : spec.yRange(min, max, plot.data.slice(1)) },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        space: 64,
        incrs: spec.xSteps,
        values: written(spec.xAxis),
      },
      { ...axis, grid, size: markWidth, space: 36, values: written(spec.yAxis) },
    ],
    series: [{}, ...spec.series.map(plotSeries)],
    hooks: { setCursor: [tell] },
  };
}

function plotSeries({ label, color: name, width, dots }: SeriesSpec): uPlot.Series {
  const stroke = color(name);
  return { label, stroke, width, points: { show: dots ?? false, size: 5, stroke, fill: stroke } };
}

/** uPlot asks for the colour at each drawing, so that a change of theme shows. */
function color(name: string): () => string {
  return () => getComputedStyle(document.documentElement).getPropertyValue(name);
}

function written(format: (value: number) => string): uPlot.Axis.DynamicValues {
  return (_, splits) => splits.map((split) => format(split));
}

/** Wide enough for the longest mark. */
function markWidth(_: uPlot, marks: string[] | null): number {
  return MARK_SPACE_PX + DIGIT_PX * Math.max(0, ...(marks ?? []).map((mark) => mark.length));
}

function xRange(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  return min === max ? [min - 1, max + 1] : [min, max];
}

function lastValue(column: ArrayLike<number | null | undefined>): number | null {
  for (let i = column.length - 1; i >= 0; i--) if (column[i] != null) return column[i]!;
  return null;
}

function moveCursor(plot: uPlot, key: string): boolean {
  const [xs] = plot.data;
  const last = xs.length - 1;
  const now = plot.cursor.idx ?? last;
  const targets: Record<string, number> = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last };
  if (!(key in targets) || last < 0) return false;
  const x = xs[Math.min(last, Math.max(0, targets[key]))];
  plot.setCursor({ left: plot.valToPos(x, "x"), top: plot.over.clientHeight / 2 });
  return true;
}
