/** uPlot in an element: follows its size, the data, the settings and the colour scheme, and draws at most once a frame. */
import { effect, type Signal } from "@preact/signals";
import {
  animationFrameScheduler,
  auditTime,
  BehaviorSubject,
  combineLatest,
  fromEvent,
  map,
  type Observable,
  Subscription,
} from "rxjs";
import uPlot from "uplot";
import { paced } from "../run/paced.ts";
import { fromSignals } from "../run/from_signal.ts";
import type { ChartSettings } from "./chart_settings.ts";
import type { ChartSpec } from "./chart_spec.ts";
import { type Drawing, drawing$ } from "./drawing.ts";
import { followGestures } from "./gestures.ts";
import type { Line } from "./line.ts";
import { type Mark, MARK_SIZE_PX, nextMark, type ShownMark, shownMarks } from "./marks.ts";
import { type AxisMarks, plotOptions } from "./plot_options.ts";
import { type Readout, readoutAt } from "./readout.ts";
import { DRAWING_MAX_MS, DRAWING_MIN_MS, isWorthDrawing } from "./worth_drawing.ts";
import { panBy, type Range, type Zoom, zoomBy, zoomedRange, zoomTo } from "./zoom.ts";

/** What a plot shows, and where it tells what stands on it. */
export interface PlotOptions {
  spec: ChartSpec;
  lines$: Observable<readonly Line[]>;
  marks$: Observable<readonly Mark[]>;
  settings: ChartSettings;
  isLog: boolean;
  readout: Signal<Readout>;
  /** The latest drawing; null before the first. */
  drawing: Signal<Drawing | null>;
}

/** What stands on a plot besides its series. */
export interface PlotScenery {
  axes: AxisMarks;
  /** What happened, with places in CSS pixels from the plotting area's left side. */
  marks: readonly ShownMark[];
}

/** A plot that stands on the page. */
export interface Plot extends Disposable {
  /** Its canvas and its data, for a picture. */
  readonly uplot: uPlot;
  /** What stands there besides the data, for a picture of lines. */
  scenery(): PlotScenery;
  /** Follows a key; false if it means nothing here. */
  press(key: string, isShift: boolean): boolean;
}

/** A key makes the part so many times as large. */
const ZOOM_STEP = 2;

/** Puts a plot into `element`; disposing takes it away and ends all its subscriptions. */
export function mountPlot(element: HTMLElement, options: PlotOptions): Plot {
  const { spec, lines$, marks$, settings, isLog, readout, drawing } = options;
  const subscription = new Subscription();
  const width$ = new BehaviorSubject(element.clientWidth);
  let marks: readonly Mark[] = [];
  let isPointed = false, isSeen = false;
  const axes: AxisMarks = { x: [], y: [] };
  const uplot = new uPlot(
    plotOptions(spec, element, { isLog, drawing, marks: () => marks, axes, onCursor, onSelect }),
    [[], ...drawnColumns(spec)] as uPlot.AlignedData,
    element,
  );

  const pixelsPerUnit = ({ range: [from, to] }: Drawing) => uplot.over.clientWidth / (to - from);
  const setZoom = (zoom: Zoom | null, how?: "push" | "replace") => settings.setZoom(zoom, how);

  function onCursor(): void {
    if (!isPointed) return;
    const { idx } = uplot.cursor;
    settings.crosshair.value = idx == null ? null : uplot.data[0][idx] ?? null;
  }

  /** What the settings say is to be seen: the drawing follows a frame later. */
  function parts(): { range: Range; whole: Range } | null {
    if (drawing.value === null) return null;
    const { whole } = drawing.value;
    return { range: zoomedRange(settings.zoom.value, whole), whole };
  }

  function onSelect(from: number, to: number): void {
    const now = parts();
    if (now !== null) setZoom(zoomTo([from, to], now.whole), "push");
  }

  /** Puts the crosshair where that of all charts is, and tells what stands there. */
  function showCrosshair(): void {
    const { crosshair } = settings;
    const shown = drawing.peek();
    if (shown === null) return;
    const x = crosshair.peek();
    readout.value = readoutAt(shown, x, { marks, distance: MARK_REACH_PX / pixelsPerUnit(shown) });
    if (isPointed || !isSeen) return;
    const isThere = x !== null && x >= shown.range[0] && x <= shown.range[1];
    const place = isThere ? { left: uplot.valToPos(x, "x"), top: uplot.over.clientHeight / 2 } : NOWHERE;
    uplot.setCursor(place, false);
  }

  subscription.add(
    drawing$(
      spec,
      lines$.pipe(
        paced({
          isWorthIt: (lines) => isWorthDrawing(lines, drawing.peek()),
          minMs: DRAWING_MIN_MS,
          maxMs: DRAWING_MAX_MS,
        }),
        auditTime(0, animationFrameScheduler),
      ),
      combineLatest([width$, fromSignals(() => viewOf(settings))]).pipe(
        map(([width, view]) => ({ ...view, isLog, pixels: width })),
        auditTime(0, animationFrameScheduler),
      ),
    ).subscribe((next) => {
      drawing.value = next;
      remember(settings, next);
      show();
    }),
  );

  /** A chart that nobody sees tells its values, but draws nothing. */
  function show(): void {
    if (isSeen && drawing.value !== null) uplot.setData(drawing.value.data as uPlot.AlignedData);
    showCrosshair();
  }

  subscription.add(
    marks$.pipe(auditTime(0, animationFrameScheduler)).subscribe((next) => {
      marks = next;
      uplot.redraw(false);
    }),
  );
  subscription.add(effect(() => {
    settings.crosshair.value;
    showCrosshair();
  }));
  subscription.add(
    fromEvent(matchMedia("(prefers-color-scheme: dark)"), "change").subscribe(() =>
      uplot.redraw(false, true)
    ),
  );
  const observer = new ResizeObserver(() => {
    uplot.setSize({ width: element.clientWidth, height: element.clientHeight });
    width$.next(element.clientWidth);
  });
  observer.observe(element);
  subscription.add(() => observer.disconnect());
  const sight = new IntersectionObserver((entries) => {
    const wasSeen = isSeen;
    isSeen = entries.at(-1)!.isIntersecting;
    if (isSeen && !wasSeen) show();
  }, { rootMargin: `${SIGHT_MARGIN_PX}px` });
  sight.observe(element);
  subscription.add(() => sight.disconnect());
  subscription.add(followGestures(uplot.over, {
    onPointed: (now) => isPointed = now,
    onPoint: (left) => uplot.setCursor({ left, top: uplot.over.clientHeight / 2 }),
    onZoom: (factor, left) => {
      const now = parts();
      if (now === null) return;
      const [from, to] = now.range;
      setZoom(zoomBy(factor, { ...now, at: from + (to - from) * left / uplot.over.clientWidth }));
    },
    onReset: () => setZoom(null, "push"),
  }));
  subscription.add(() => uplot.destroy());

  function moveTo(x: number): void {
    const now = parts()!;
    const [from, to] = now.range;
    // A place that is not seen is brought into the middle.
    if (x < from || x > to) setZoom(panBy((x - (from + to) / 2) / (to - from), now));
    settings.crosshair.value = x;
  }

  return {
    uplot,
    scenery() {
      const shown = drawing.peek();
      if (shown === null) return { axes, marks: [] };
      const { range, view: { axis } } = shown;
      const toPixels = (x: number) => uplot.valToPos(x, "x");
      return { axes, marks: shownMarks(marks, { axis, range, toPixels, sizePx: MARK_SIZE_PX }) };
    },
    press(key, isShift) {
      const shown = drawing.value;
      const xs = shown?.data[0] ?? [];
      if (shown === null || xs.length === 0) return false;
      const now = parts()!;
      const at = settings.crosshair.value ?? now.range[1];
      if (key === "m" || key === "M") {
        const mark = nextMark(marks, shown.view.axis, { x: at, isForward: key === "m" });
        if (mark !== null) moveTo(mark.x[shown.view.axis]);
        return true;
      }
      if (key === "Escape") return settings.crosshair.value = null, true;
      if (isShift && (key === "ArrowLeft" || key === "ArrowRight")) {
        return setZoom(panBy(key === "ArrowLeft" ? -0.5 : 0.5, now)), true;
      }
      if (key === "+" || key === "=") return setZoom(zoomBy(1 / ZOOM_STEP, { ...now, at })), true;
      if (key === "-") return setZoom(zoomBy(ZOOM_STEP, { ...now, at })), true;
      if (key === "0") return setZoom(null, "push"), true;
      const target = targetOf(key, xs.filter((x) => x >= shown.range[0] && x <= shown.range[1]), at);
      if (target === undefined) return false;
      settings.crosshair.value = target;
      return true;
    },
    [Symbol.dispose]: () => subscription.unsubscribe(),
  };
}

/** A chart so near to the window's edge is drawn, so that it is there when it comes into sight. */
const SIGHT_MARGIN_PX = 100;
/** A mark is told of when the crosshair is so near. */
const MARK_REACH_PX = 4;
const NOWHERE = { left: -10, top: -10 };

function drawnColumns({ series }: ChartSpec): number[][] {
  return series.flatMap(({ mean }) => mean ? [[], []] : [[]]);
}

function viewOf({ axis, zoom, window }: ChartSettings) {
  return { axis: axis.value, zoom: zoom.value, window: window.value };
}

/** For zooming by buttons, and for the same part by another axis. */
function remember(settings: ChartSettings, { lines, range, whole }: Drawing): void {
  settings.shown.value = { range, whole };
  for (const { line } of lines) {
    const isOfAnotherRun = line.origin !== settings.reference.origin && line.length > 1;
    if (line.length >= settings.reference.length || (isOfAnotherRun && line.length > 100)) {
      settings.reference = line;
    }
  }
}

/** Where a key leads among the ascending places `xs`, from the place `at`. */
function targetOf(key: string, xs: readonly number[], at: number): number | undefined {
  switch (key) {
    case "Home":
      return xs[0];
    case "End":
      return xs.at(-1);
    case "ArrowLeft":
      return xs.findLast((x) => x < at) ?? xs[0];
    case "ArrowRight":
      return xs.find((x) => x > at) ?? xs.at(-1);
  }
}
