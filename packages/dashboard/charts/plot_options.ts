/** What uPlot is told of a chart: scales, axes, series, and how marks are drawn. */
import type { ReadonlySignal } from "@preact/signals";
import uPlot from "uplot";
import { type ChartSpec, type DrawnSeries, drawnSeries } from "./chart_spec.ts";
import type { Drawing } from "./drawing.ts";
import { type Mark, MARK_COLORS, MARK_SIZE_PX, shownMarks } from "./marks.ts";
import { nearestDefined } from "./readout.ts";
import { X_AXIS_WORDS } from "./x_axes.ts";

const AXIS_FONT_PX = 12;
/** About the width of a digit of the axis font, and the space beside a mark. */
const DIGIT_PX = 7;
const MARK_SPACE_PX = 14;
/** Half of "100,000": a mark at the right end is not cut. */
const X_MARK_HALF_PX = 24;
/** A line or tick every so many pixels. */
const X_SPACE_PX = 72;
const Y_SPACE_PX = 36;
/** A selection that is narrower is a click. */
const SELECTION_MIN_PX = 5;

/** The places that the axes name, as they were drawn last. */
export interface AxisMarks {
  x: { at: number; text: string }[];
  y: { at: number; text: string }[];
}

/** What of the plot changes, and whom it tells what a person does. */
export interface PlotParts {
  isLog: boolean;
  drawing: ReadonlySignal<Drawing | null>;
  marks: () => readonly Mark[];
  /** Is told what the axes name. */
  axes: AxisMarks;
  onCursor: () => void;
  onSelect: (from: number, to: number) => void;
}

/** Options for a plot of `element`'s size. */
export function plotOptions(spec: ChartSpec, element: HTMLElement, parts: PlotParts): uPlot.Options {
  const { isLog, drawing, axes, onCursor, onSelect } = parts;
  /** Notes the names of an axis, and gives them. */
  const noted = (which: keyof AxisMarks, splits: readonly (number | null)[], texts: string[]): string[] => {
    axes[which] = splits.flatMap((at, i) => at === null || texts[i] === "" ? [] : [{ at, text: texts[i] }]);
    return texts;
  };
  const font = `${AXIS_FONT_PX}px ${getComputedStyle(element).fontFamily}`;
  const axis = { stroke: color("--muted"), font, ticks: { show: false, size: 0 } };
  const grid = { stroke: color("--line"), width: 1 };
  const words = () => X_AXIS_WORDS[drawing.peek()?.view.axis ?? "step"];
  return {
    width: Math.max(1, element.clientWidth),
    height: Math.max(1, element.clientHeight),
    padding: [12, X_MARK_HALF_PX, 0, 0],
    legend: { show: false },
    cursor: {
      drag: { x: true, y: false, setScale: false, dist: SELECTION_MIN_PX },
      bind: { dblclick: () => () => null }, // A double click is a gesture of the whole page.
      y: false,
      points: { size: 7, width: 2 },
      dataIdx: (plot, series, index) => nearestDefined(plot.data[series], index),
    },
    scales: {
      x: { time: false, range: () => drawing.peek()?.range ?? [0, 1] },
      y: {
        distr: isLog ? 3 : 1,
        range: (plot, min, max) => yRange(spec, isLog, { plot, min, max }),
      },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 28,
        space: X_SPACE_PX,
        incrs: () => words().distances,
        values: (_, splits, __, ___, distance) =>
          noted("x", splits, splits.map((x) => words().mark(x, distance))),
      },
      {
        ...axis,
        grid,
        size: markWidth,
        space: Y_SPACE_PX,
        values: (_, splits) => noted("y", splits, isLog ? logMarks(spec, splits) : splits.map(spec.yAxis)),
      },
    ],
    series: [{}, ...drawnSeries(spec).map(plotSeries)],
    hooks: {
      setCursor: [onCursor],
      setSelect: [(plot) => {
        const { left, width } = plot.select;
        if (width < SELECTION_MIN_PX) return;
        onSelect(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
        plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
      }],
      drawAxes: [(plot) => drawMarks(plot, drawing.peek(), parts.marks())],
    },
  };
}

function plotSeries({ label, color: name, width, dots }: DrawnSeries): uPlot.Series {
  const stroke = color(name);
  return { label, stroke, width, points: { show: dots ?? false, size: 5, stroke, fill: stroke } };
}

/** uPlot asks for the colour at each drawing, so that a change of theme shows. */
function color(name: string): () => string {
  return () => getComputedStyle(document.documentElement).getPropertyValue(name);
}

/** Wide enough for the longest mark. */
function markWidth(_: uPlot, marks: string[] | null): number {
  return MARK_SPACE_PX + DIGIT_PX * Math.max(0, ...(marks ?? []).map((mark) => mark?.length ?? 0));
}

/** Of a logarithmic axis, names what is a digit with zeros; where there are no two such, everything. uPlot leaves some to null. */
function logMarks(spec: ChartSpec, splits: (number | null)[]): string[] {
  const isRound = (y: number | null) => {
    const digits = y === null ? 0 : y / 10 ** Math.floor(Math.log10(y) + 1e-9);
    return digits > 0 && Math.abs(digits - Math.round(digits)) < 1e-6;
  };
  const isEnough = splits.filter(isRound).length >= 2;
  return splits.map((y) =>
    y === null || (isEnough && !isRound(y)) ? "" : spec.yAxis(Number(y.toPrecision(3)))
  );
}

function yRange(
  spec: ChartSpec,
  isLog: boolean,
  { plot, min, max }: { plot: uPlot; min: number | null; max: number | null },
): [number, number] {
  if (min === null || max === null) return isLog ? [0.1, 1] : [0, 1];
  if (!isLog) return spec.yRange(min, max, plot.data.slice(1));
  return logRange(min, max);
}

/** From a digit with zeros to another one, so that the marks between them are such, too; both numbers are above 0. */
export function logRange(min: number, max: number): [number, number] {
  const [low, high] = [min, max].map((y) => 10 ** Math.floor(Math.log10(y)));
  const from = low * Math.floor(min / low), to = high * Math.ceil(max / high);
  return from < to ? [from, to] : [from, 2 * from];
}

/** A dashed line at each moment, with a small triangle on top, of which none hides another. */
function drawMarks(plot: uPlot, drawing: Drawing | null, marks: readonly Mark[]): void {
  if (drawing === null || marks.length === 0) return;
  const { ctx, bbox: { top, height } } = plot;
  const { axis } = drawing.view;
  const size = MARK_SIZE_PX * uPlot.pxRatio;
  ctx.save();
  ctx.lineWidth = uPlot.pxRatio;
  const toPixels = (x: number) => plot.valToPos(x, "x", true);
  for (const { left, tone } of shownMarks(marks, { axis, range: drawing.range, toPixels, sizePx: size })) {
    ctx.strokeStyle = ctx.fillStyle = color(MARK_COLORS[tone])();
    ctx.globalAlpha = tone === "quiet" ? 0 : 0.45;
    ctx.setLineDash([3 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
    ctx.beginPath();
    ctx.moveTo(left, top);
    ctx.lineTo(left, top + height);
    ctx.stroke();
    ctx.globalAlpha = tone === "quiet" ? 0.5 : 1;
    ctx.beginPath();
    ctx.moveTo(left - size, top - size - size / 2);
    ctx.lineTo(left + size, top - size - size / 2);
    ctx.lineTo(left, top);
    ctx.fill();
  }
  ctx.restore();
}
