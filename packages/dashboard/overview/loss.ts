/** The loss of every step, and its mean over about a tenth of an epoch. */
import { distinctUntilChanged, map, type Observable } from "rxjs";
import { emptySmoothMemory, smoothInto } from "../charts/smooth.ts";
import { withRoom } from "../run/history.ts";
import type { RunState } from "../run/run_state.ts";
import { foldSteps } from "../run/fold_steps.ts";

const WINDOW_MIN = 10;
const WINDOW_MAX = 500;

/** Rows `[0, length)` of the three columns. */
export interface LossCurve {
  length: number;
  step: Float64Array;
  raw: Float64Array;
  smooth: Float64Array;
  /** The mean counts about so many steps. */
  window: number;
  /** The last mean; null before the first step. */
  last: number | null;
}

/** Emits when there are new steps, or another run. */
export function loss$(state$: Observable<RunState>): Observable<LossCurve> {
  return state$.pipe(
    foldSteps(
      (state) => ({
        window: smoothingWindow(state.facts?.stepsPerEpoch ?? 0),
        memory: emptySmoothMemory(),
        smooth: new Float64Array(0),
      }),
      (kept, { columns, length }, from) => {
        kept.smooth = withRoom(kept.smooth, length);
        smoothInto(kept.smooth, columns.loss, { ...kept, from, to: length });
      },
    ),
    distinctUntilChanged((a, b) => a.kept === b.kept && a.state.steps === b.state.steps),
    map(({ state: { steps }, kept }) => ({
      length: steps.length,
      step: steps.columns.step,
      raw: steps.columns.loss,
      smooth: kept.smooth,
      window: kept.window,
      last: steps.length === 0 ? null : kept.smooth[steps.length - 1],
    })),
  );
}

/** A tenth of an epoch, within bounds that keep a curve both calm and alive. */
export function smoothingWindow(stepsPerEpoch: number): number {
  return Math.min(WINDOW_MAX, Math.max(WINDOW_MIN, Math.round(stepsPerEpoch / 10)));
}
