/** Reading a growing history step by step. */
import { defer, map, type OperatorFunction } from "rxjs";
import type { StepHistory } from "./history.ts";
import type { RunState } from "./run_state.ts";

/**
 * Keeps something of one's own beside the state: `read` sees every row once, in order, however often states are emitted.
 * When the history starts anew, or has its first row, `start` makes the thing anew.
 */
export function foldSteps<Kept>(
  start: (state: RunState) => Kept,
  read: (kept: Kept, steps: StepHistory, from: number) => void,
): OperatorFunction<RunState, { state: RunState; kept: Kept }> {
  return (state$) =>
    defer(() => {
      let kept: Kept;
      let origin: object | null = null;
      let rows = 0;
      return state$.pipe(map((state) => {
        const { steps } = state;
        if (steps.origin !== origin || (rows === 0 && steps.length > 0)) {
          kept = start(state);
          origin = steps.origin;
          rows = 0;
        }
        if (steps.length > rows) read(kept, steps, rows);
        rows = steps.length;
        return { state, kept };
      }));
    });
}
