/** How far the run is, and how long it will still take. */
import { distinctUntilChanged, map, type Observable } from "rxjs";
import { lastOf, type StepHistory } from "../run/history.ts";
import type { Halt, RunState } from "../run/run_state.ts";

/** Steps and epochs count from 1; 0 before the first. */
export interface Progress {
  epoch: number;
  epochs: number;
  step: number;
  /** In the whole run. */
  steps: number;
  /** From 0 to 1. */
  fraction: number;
  /** Since the start, without what the run rested between its processes. */
  elapsedMs: number;
  restMs: number;
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
  const restMs = haltedMs(state.halts.filter(({ isRest }) => isRest));
  return {
    epoch: Math.ceil(step / stepsPerEpoch),
    epochs,
    step,
    steps,
    fraction: Math.min(1, step / steps),
    elapsedMs: (ended?.at ?? state.at) - startedAt - restMs,
    restMs,
    leftMs: leftMs(state, steps - step, stepsPerEpoch),
  };
}

function leftMs(state: RunState, stepsLeft: number, stepsPerEpoch: number): number | null {
  if (state.ended || state.waiting !== null || state.steps.length < 2) return null;
  return stepsLeft * meanStepMs(state.steps, stepsPerEpoch, state.halts);
}

/** Wall time per step over the last epoch, so that one evaluation is in it, without the time in which the run did not go on. */
function meanStepMs(
  { columns: { at }, length }: StepHistory,
  stepsPerEpoch: number,
  halts: readonly Halt[],
): number {
  const count = Math.min(length - 1, stepsPerEpoch);
  const from = at[length - 1 - count], to = at[length - 1];
  return (to - from - haltedMs(halts, from, to)) / count;
}

/** How much of the time between two moments halts take; where a run rests while it waits, both are the same time. */
function haltedMs(halts: readonly Halt[], from = -Infinity, to = Infinity): number {
  let ms = 0;
  let until = from;
  for (const halt of halts.toSorted((a, b) => a.from - b.from)) {
    const start = Math.max(until, halt.from), end = Math.min(to, halt.to);
    if (end > start) ms += end - start;
    until = Math.max(until, end);
  }
  return ms;
}
