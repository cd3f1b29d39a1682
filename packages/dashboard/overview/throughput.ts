/** How many samples a second the whole run learns from. */
import { distinctUntilChanged, map, type Observable } from "rxjs";
import type { StepHistory } from "../run/history.ts";
import { RATE_WINDOW_MS, type RunState } from "../run/run_state.ts";
import { foldSteps } from "../run/fold_steps.ts";

/** Rates count the time spent in steps, not evaluation and waiting. */
export interface Throughput {
  /** Over the last seconds; 0 while the run waits, null before the first step and after the end. */
  now: number | null;
  /** Over all steps so far; null before the first. */
  mean: number | null;
}

/** Emits when there are new steps, when the run begins or ends to wait, and when it ends. */
export function throughput$(state$: Observable<RunState>): Observable<Throughput> {
  return state$.pipe(
    foldSteps(
      () => ({ samples: 0, ms: 0 }),
      (kept, { columns, length }, from) => {
        for (let i = from; i < length; i++) {
          kept.samples += columns.samples[i];
          kept.ms += columns.ms[i];
        }
      },
    ),
    distinctUntilChanged((a, b) =>
      a.kept === b.kept && a.state.steps === b.state.steps &&
      a.state.waiting === b.state.waiting && a.state.ended === b.state.ended
    ),
    map(({ state, kept: { samples, ms } }) => ({
      now: rateNow(state),
      mean: ms > 0 ? 1_000 * samples / ms : null,
    })),
  );
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
