/** How many samples a second the whole run learns from. */
import { distinctUntilChanged, map, type Observable } from "rxjs";
import { addStep, emptyRateBins, type RateBins, rateOf } from "../charts/rate_bins.ts";
import type { StepHistory } from "../run/history.ts";
import { RATE_WINDOW_MS, type RunState } from "../run/run_state.ts";
import { foldSteps } from "../run/fold_steps.ts";

/** A shorter time without a step, such as an evaluation, is no gap in the curve. */
const GAP_MIN_MS = 2_000;

/** Rates count the time spent in steps, not evaluation and waiting; where no step was, there is none. */
export interface Throughput {
  /** Seconds since the first step began, ascending. */
  seconds: number[];
  samplesPerSecond: (number | null)[];
  /** Over the last seconds; 0 while the run waits, null before the first step and after the end. */
  now: number | null;
  /** Over all steps so far; null before the first. */
  mean: number | null;
}

/** Emits when there are new steps, when the run begins or ends to wait, and when it ends. */
export function throughput$(state$: Observable<RunState>): Observable<Throughput> {
  return state$.pipe(
    foldSteps(
      ({ steps: { columns, length } }) => ({
        bins: emptyRateBins(length === 0 ? 0 : columns.at[0] - columns.ms[0]),
        samples: 0,
        ms: 0,
      }),
      (kept, { columns, length }, from) => {
        for (let i = from; i < length; i++) {
          addStep(kept.bins, { at: columns.at[i], ms: columns.ms[i], samples: columns.samples[i] });
          kept.samples += columns.samples[i];
          kept.ms += columns.ms[i];
        }
      },
    ),
    distinctUntilChanged((a, b) =>
      a.kept === b.kept && a.state.steps === b.state.steps &&
      a.state.waiting === b.state.waiting && a.state.ended === b.state.ended
    ),
    map(({ state, kept: { bins, samples, ms } }) => {
      return { ...curveOf(bins), now: rateNow(state), mean: ms > 0 ? 1_000 * samples / ms : null };
    }),
  );
}

/** The bins in which there was a step, and a null for each longer time without one. */
function curveOf(bins: RateBins): Pick<Throughput, "seconds" | "samplesPerSecond"> {
  const seconds: number[] = [];
  const samplesPerSecond: (number | null)[] = [];
  let idleMs = 0;
  for (let bin = 0; bin < bins.length; bin++) {
    const rate = rateOf(bins, bin);
    const isGap = rate === null && idleMs < GAP_MIN_MS && idleMs + bins.widthMs >= GAP_MIN_MS;
    idleMs = rate === null ? idleMs + bins.widthMs : 0;
    if (rate === null && !isGap) continue;
    seconds.push((bin + 0.5) * bins.widthMs / 1_000);
    samplesPerSecond.push(rate);
  }
  return { seconds, samplesPerSecond };
}

function rateNow({ steps, waiting, ended }: RunState): number | null {
  if (steps.length === 0 || ended) return null;
  return waiting === null ? recentRate(steps) : 0;
}

function recentRate({ columns, length }: StepHistory): number | null {
  const since = columns.at[length - 1] - RATE_WINDOW_MS;
  let samples = 0;
  let ms = 0;
  for (let i = length - 1; i >= 0 && columns.at[i] > since; i--) {
    samples += columns.samples[i];
    ms += columns.ms[i];
  }
  return ms > 0 ? 1_000 * samples / ms : null;
}
