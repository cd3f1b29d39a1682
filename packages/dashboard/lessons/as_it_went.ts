/** A run's past once more, moment by moment: so a page that comes late learns of it what one that looked on has seen. */
import { concatMap, defer, type MonoTypeOperatorFunction } from "rxjs";
import { lowerBound } from "../charts/line.ts";
import { smoothingWindow } from "../overview/loss.ts";
import { lastOf } from "../run/history.ts";
import { type EpochDone, isCatchingUp, type LayersInspected, type RunState } from "../run/run_state.ts";

/** How far the states of a run were told. */
interface Told {
  rows: number;
  epochs: readonly EpochDone[];
  inspected: LayersInspected | null;
}

/**
 * Before each state, states as they may have been since the one before: at the end of each block of steps, and after each epoch. However
 * many steps a state brings, what follows is told the same. For states of one history; of looks into the layers only the latest one is
 * known, and is told from its own step on.
 */
export function asItWent(): MonoTypeOperatorFunction<RunState> {
  return (state$) =>
    defer(() => {
      const told: Told = { rows: 0, epochs: [], inspected: null };
      return state$.pipe(concatMap((state) => moments(state, told)));
    });
}

function* moments(state: RunState, told: Told): Generator<RunState> {
  const { steps: { columns: { step }, length }, epochs, inspected, facts } = state;
  const last = lastOf(state.steps, "step") ?? 0;
  const block = smoothingWindow(facts?.stepsPerEpoch ?? 0);
  for (;;) {
    const done = epochs[told.epochs.length];
    const epochEnd = done !== undefined && done.step <= last
      ? lowerBound(step, length, done.step + 1)
      : Infinity;
    const blockEnd = (Math.floor(told.rows / block) + 1) * block;
    const rows = Math.min(epochEnd, blockEnd);
    if (rows > length) break;
    told.rows = Math.max(told.rows, rows);
    yield momentOf(state, told);
    if (rows < epochEnd) continue;
    told.epochs = epochs.slice(0, told.epochs.length + 1);
    yield momentOf(state, told);
  }
  told.rows = length;
  // Of a history that comes in parts, events come first.
  yield isCatchingUp(state) ? momentOf(state, told) : state;
  if (!isCatchingUp(state)) Object.assign(told, { epochs, inspected });
}

function momentOf(state: RunState, { rows, epochs, inspected }: Told): RunState {
  const { steps } = state;
  const last = rows === 0 ? 0 : steps.columns.step[rows - 1];
  const hasLooked = state.inspected !== null && state.inspected.step <= last;
  return {
    ...state,
    steps: { ...steps, length: rows },
    epochs,
    inspected: hasLooked ? state.inspected : inspected,
  };
}
