/** The loss as a number to read: its mean over about a tenth of an epoch. */
import { distinctUntilChanged, map, type Observable } from "rxjs";
import { emptySmoothMemory, smoothInto } from "../charts/smooth.ts";
import type { RunState } from "../run/run_state.ts";
import { foldSteps } from "../run/fold_steps.ts";

const WINDOW_MIN = 10;
const WINDOW_MAX = 500;

/** How the loss stands. */
export interface RecentLoss {
  /** The mean counts about so many steps. */
  window: number;
  /** The last mean; null before the first step. */
  last: number | null;
}

/** Emits when there are new steps, or another run. */
export function loss$(state$: Observable<RunState>): Observable<RecentLoss> {
  return state$.pipe(
    foldSteps(
      (state) => ({
        window: smoothingWindow(state.facts?.stepsPerEpoch ?? 0),
        memory: emptySmoothMemory(),
        last: null as number | null,
      }),
      (kept, { columns: { loss, samples }, length }, from) => {
        const values = loss.subarray(from, length);
        const means = new Float64Array(values.length);
        const weights = samples.subarray(from, length);
        smoothInto(means, values, { ...kept, weights, from: 0, to: values.length });
        kept.last = means[means.length - 1];
      },
    ),
    distinctUntilChanged((a, b) => a.kept === b.kept && a.state.steps === b.state.steps),
    map(({ kept: { window, last } }) => ({ window, last })),
  );
}

/** A tenth of an epoch, within bounds that keep a curve both calm and alive. */
export function smoothingWindow(stepsPerEpoch: number): number {
  return Math.min(WINDOW_MAX, Math.max(WINDOW_MIN, Math.round(stepsPerEpoch / 10)));
}
