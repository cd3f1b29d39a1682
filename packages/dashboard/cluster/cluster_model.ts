/** What the view of the cluster reads; each part is computed only while it is shown. */
import { type Signal, signal } from "@preact/signals";
import {
  asyncScheduler,
  combineLatest,
  filter,
  map,
  type MonoTypeOperatorFunction,
  type Observable,
  throttleTime,
} from "rxjs";
import type { Address } from "../page/address.ts";
import { fromSignals } from "../run/from_signal.ts";
import type { RunState } from "../run/run_state.ts";
import { type FaultGroups, faultGroups$ } from "./fault_groups.ts";
import { roster$, type RosterRow } from "./roster.ts";
import { orderRows, type RosterSummary, ROWS_SHOWN, summariseRoster } from "./roster_order.ts";
import { type SpeedupView, speedupView$ } from "./speedup_view.ts";
import { BARS_SHOWN, type StepView, stepView$ } from "./step_view.ts";

/** Numbers that are read change this often. */
const READABLE_MS = 250;

/** The workers as they are listed. */
export interface WorkersView {
  summary: RosterSummary;
  rows: readonly RosterRow[];
  /** Rows that are not shown. */
  hidden: number;
}

/** Each Observable has a value at once. */
export interface ClusterModel {
  workers$: Observable<WorkersView>;
  faults$: Observable<FaultGroups>;
  step$: Observable<StepView | null>;
  speedup$: Observable<SpeedupView | null>;
  /** Rows of the list at most. */
  rowsShown: Signal<number>;
  /** Bars of a step at most. */
  barsShown: Signal<number>;
  /** Whether the step stays as it is, to be read. */
  isHeld: Signal<boolean>;
}

/** From the run's states; the order of workers stands in the address, as `sort`. */
export function clusterModel(state$: Observable<RunState>, address: Address): ClusterModel {
  const rowsShown = signal(ROWS_SHOWN);
  const barsShown = signal(BARS_SHOWN);
  const isHeld = signal(false);
  const order$ = fromSignals(() => ({ name: address.params.value.get("sort"), shown: rowsShown.value }));
  return {
    rowsShown,
    barsShown,
    isHeld,
    workers$: combineLatest([roster$(state$.pipe(readable())), order$]).pipe(
      map(([rows, { name, shown }]) => ({
        summary: summariseRoster(rows),
        rows: orderRows(rows, name).slice(0, shown),
        hidden: Math.max(0, rows.length - shown),
      })),
    ),
    faults$: faultGroups$(state$),
    step$: stepView$(state$.pipe(heldWhile(() => isHeld.value)), fromSignals(() => barsShown.value)),
    speedup$: speedupView$(state$),
  };
}

/** The first value is always let through. */
function heldWhile<T>(isHeld: () => boolean): MonoTypeOperatorFunction<T> {
  return filter((_value, index) => index === 0 || !isHeld());
}

function readable<T>(): MonoTypeOperatorFunction<T> {
  return throttleTime(READABLE_MS, asyncScheduler, { leading: true, trailing: true });
}
