/** How far the run is, and how long it will still take. */
import { distinctUntilChanged, map, type Observable } from "rxjs";
import { lastOf, type StepHistory } from "../run/history.ts";
import type { RunState } from "../run/run_state.ts";

/** Steps and epochs count from 1; 0 before the first. */
export interface Progress {
  epoch: number;
  epochs: number;
  step: number;
  /** In the whole run. */
  steps: number;
  /** From 0 to 1. */
  fraction: number;
  elapsedMs: number;
  /** Null while it cannot be told: before the second step, while the run waits, after its end. */
  leftMs: number | null;
}

/** Null until the coordinator has told of a run. */
export function progress$(state$: Observable<RunState>): Observable<Progress | null> {
  return state$.pipe(
    map(progressOf),
    distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
  );
}

function progressOf(state: RunState): Progress | null {
  const { facts, startedAt, ended } = state;
  if (!facts || startedAt === null) return null;
  const { stepsPerEpoch, run: { epochs } } = facts;
  const step = lastOf(state.steps, "step") ?? 0;
  const steps = stepsPerEpoch * epochs;
  return {
    epoch: Math.ceil(step / stepsPerEpoch),
    epochs,
    step,
    steps,
    fraction: Math.min(1, step / steps),
    elapsedMs: (ended?.at ?? state.at) - startedAt,
    leftMs: leftMs(state, steps - step, stepsPerEpoch),
  };
}

function leftMs(state: RunState, stepsLeft: number, stepsPerEpoch: number): number | null {
  if (state.ended || state.waiting !== null || state.steps.length < 2) return null;
  return stepsLeft * meanStepMs(state.steps, stepsPerEpoch);
}

/** Wall time per step over the last epoch, so that one evaluation is in it. */
function meanStepMs({ columns: { at }, length }: StepHistory, stepsPerEpoch: number): number {
  const count = Math.min(length - 1, stepsPerEpoch);
  return (at[length - 1] - at[length - 1 - count]) / count;
}
