/** What each chart draws, given how many pixels wide it is. */
import { combineLatest, map, type Observable } from "rxjs";
import { type ChartData, drawable } from "../charts/chart_data.ts";
import { thinByExtremes } from "../charts/thin.ts";
import type { RunState } from "../run/run_state.ts";
import { accuracy$ } from "./accuracy.ts";
import { loss$, type LossCurve } from "./loss.ts";
import { throughput$ } from "./throughput.ts";

/** Series: the loss of each step, and its mean. */
export function lossChart$(state$: Observable<RunState>, width$: Observable<number>): Observable<ChartData> {
  return combineLatest([loss$(state$), width$]).pipe(map(([curve, width]) => thinned(curve, width)));
}

/** Series: train, validation, test. */
export function accuracyChart$(state$: Observable<RunState>): Observable<ChartData> {
  return accuracy$(state$).pipe(
    map(({ epoch, train, validation, test }) => ({ x: epoch, series: [train, validation, test] })),
  );
}

/** Series: samples per second. x is in seconds. */
export function throughputChart$(state$: Observable<RunState>): Observable<ChartData> {
  return throughput$(state$).pipe(
    map(({ seconds, samplesPerSecond }) => ({ x: seconds, series: [samplesPerSecond] })),
  );
}

function thinned({ length, step, raw, smooth }: LossCurve, width: number): ChartData {
  const indices = thinByExtremes(raw, length, Math.max(1, Math.floor(width)));
  return {
    x: indices.map((index) => step[index]),
    series: [indices.map((index) => drawable(raw[index])), indices.map((index) => drawable(smooth[index]))],
  };
}
