/** The four numbers that matter most. */
import { combineLatest, distinctUntilChanged, map, type Observable } from "rxjs";
import type { RunState } from "../run/run_state.ts";
import {
  capitalised,
  formatCount,
  formatLoss,
  formatPercent,
  formatRate,
  joined,
  plural,
} from "../words/words.ts";
import { type BestAccuracy, bestAccuracy$ } from "./best_accuracy.ts";
import { type Faults, faults$ } from "../cluster/faults.ts";
import { loss$, type RecentLoss } from "./loss.ts";
import { roster$, type RosterRow } from "../cluster/roster.ts";
import { type Throughput, throughput$ } from "./throughput.ts";

/** A label, a number and a remark. */
export interface Tile {
  label: string;
  value: string;
  note: string;
}

/** Loss, accuracy, samples per second and workers, in this order. */
export function tiles$(state$: Observable<RunState>): Observable<Tile[]> {
  return combineLatest([
    loss$(state$),
    bestAccuracy$(state$),
    throughput$(state$),
    roster$(state$),
    faults$(state$),
  ])
    .pipe(
      map(([loss, accuracy, throughput, roster, faults]) => [
        lossTile(loss),
        accuracyTile(accuracy),
        throughputTile(throughput),
        workersTile(roster, faults),
      ]),
      distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
    );
}

function lossTile({ last, window }: RecentLoss): Tile {
  const note = last === null ? "no step yet" : `mean of about ${plural(window, "step")}`;
  return { label: "Loss", value: formatLoss(last), note };
}

function accuracyTile(best: BestAccuracy | null): Tile {
  if (!best) return { label: "Best accuracy", value: formatPercent(null), note: "no epoch done yet" };
  return {
    label: "Best accuracy",
    value: formatPercent(best.accuracy),
    note: joined([
      `${best.split}, epoch ${formatCount(best.epoch)}`,
      best.split === "validation" && best.testAccuracy !== null
        ? `test ${formatPercent(best.testAccuracy)}`
        : null,
    ]),
  };
}

function throughputTile({ now, mean }: Throughput): Tile {
  const value = formatRate(now ?? mean);
  const note = mean === null
    ? "no step yet"
    : now === null
    ? "mean of the run"
    : `mean of the run ${formatRate(mean)}`;
  return { label: "Samples per second", value, note };
}

function workersTile(roster: RosterRow[], { workersLost, workersRefused, rangesReassigned }: Faults): Tile {
  const here = roster.filter((row) => !row.left).length;
  const note = joined([
    workersLost > 0 ? `${formatCount(workersLost)} lost` : null,
    workersRefused > 0 ? `${formatCount(workersRefused)} refused` : null,
    rangesReassigned > 0 ? `${plural(rangesReassigned, "range")} moved` : null,
  ]);
  return { label: "Workers", value: formatCount(here), note: capitalised(note || "none lost") };
}
