/** Who works. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { ControlModel } from "../control/control_model.ts";
import type { Address } from "../page/address.ts";
import { Question } from "../page/question.tsx";
import { useLive } from "../run/use_live.ts";
import { describeWorker } from "../words/event_words.ts";
import {
  capitalised,
  formatClock,
  formatCount,
  formatDuration,
  formatMs,
  formatPercent,
  formatRate,
  plural,
} from "../words/words.ts";
import type { ClusterModel } from "./cluster_model.ts";
import type { RosterRow } from "./roster.ts";
import { ROSTER_ORDERS, type RosterSummary, ROWS_MORE } from "./roster_order.ts";
import { TimesBar, timesText } from "./times_bar.tsx";

/** A worker is pinged every 5 s: only a longer silence says anything. */
const SILENCE_TOLD_MS = 6_000;

interface WorkersTableProps {
  address: Address;
  cluster: ClusterModel;
  control: ControlModel;
  /** The run is over: those who are listed as here were here at its end. */
  isOver: boolean;
}

/** One row a worker. The roles keep it a table where a narrow screen lays it out otherwise. */
export function WorkersTable({ address, cluster, control, isOver }: WorkersTableProps): VNode {
  const { rows, hidden, summary } = useLive(cluster.workers$).value;
  const mayDrop = control.view.value.access === "may";
  const dropping = useSignal<RosterRow["worker"] | null>(null);
  const answer = (isYes: boolean) => {
    const worker = dropping.value!;
    dropping.value = null;
    if (isYes) control.ask({ type: "drop", worker: worker.id });
  };
  return (
    <section class="card workers" aria-labelledby="workers-title">
      <div class="workers-head">
        <h2 id="workers-title">Workers</h2>
        <p class="note">{summaryText(summary, isOver)}</p>
        <Order address={address} />
      </div>
      <table role="table" aria-labelledby="workers-title">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col" class="worker">Worker</th>
            <th role="columnheader" scope="col" class="state">State</th>
            <th role="columnheader" scope="col" class="number leaves">Leaves</th>
            <th role="columnheader" scope="col" class="number rate">Samples/s</th>
            <th role="columnheader" scope="col" class="number share">Share</th>
            <th role="columnheader" scope="col" class="number trip">Round trip</th>
            <th role="columnheader" scope="col" class="spent">Its time</th>
            {mayDrop && (
              <th role="columnheader" scope="col" class="drop">
                <span class="visually-hidden">Drop</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <WorkerRow
              key={row.worker.id}
              row={row}
              isOver={isOver}
              drop={mayDrop ? () => dropping.value = row.worker : null}
            />
          ))}
          {rows.length === 0 && (
            <tr role="row">
              <td role="cell" class="none" colSpan={7}>No worker has joined yet.</td>
            </tr>
          )}
        </tbody>
      </table>
      {hidden > 0 && (
        <p class="more">
          <button type="button" class="button" onClick={() => cluster.rowsShown.value += ROWS_MORE}>
            Show more
          </button>{" "}
          {plural(hidden, "more worker")}
        </p>
      )}
      <p class="note">
        Round trip: the quickest answer to a ping in the last minute. Its time: over the last half minute;
        sending is the way of parameters there and of gradients back.
      </p>
      {dropping.value !== null && (
        <Question
          title={`Drop ${dropping.value.name}?`}
          text="What it computes now goes to the others. It is told not to come back; whoever started it can start it again."
          yes="Drop"
          answer={answer}
        />
      )}
    </section>
  );
}

function Order({ address }: { address: Address }): VNode {
  return (
    <label class="order">
      <span>Order</span>
      <select
        value={address.params.value.get("sort") ?? ROSTER_ORDERS[0].name}
        onChange={({ currentTarget: { value } }) =>
          address.set({ sort: value === ROSTER_ORDERS[0].name ? null : value })}
      >
        {ROSTER_ORDERS.map(({ name, title }) => <option key={name} value={name}>{title}</option>)}
      </select>
    </label>
  );
}

function summaryText({ here, left, samplesPerSecond, times }: RosterSummary, isOver: boolean): string {
  return [
    `${formatCount(here)} ${isOver ? "at the end" : "here"}`,
    left > 0 && `${formatCount(left)} left`,
    samplesPerSecond !== null && `${formatRate(samplesPerSecond)} samples/s`,
    times && timesText(times),
  ].filter(Boolean).join(", ");
}

/** When it was last heard from. */
function seenText(leftAt: number | null, silentMs: number | null): string {
  if (leftAt !== null) return `last seen ${formatClock(leftAt)}`;
  if (silentMs === null) return "";
  return silentMs < SILENCE_TOLD_MS ? "seen just now" : `last seen ${formatDuration(silentMs)} ago`;
}

interface WorkerRowProps {
  row: RosterRow;
  isOver: boolean;
  drop: (() => void) | null;
}

function WorkerRow({ row, isOver, drop }: WorkerRowProps): VNode {
  const { worker, left, share, silentMs, times } = row;
  const wasHere = isOver && (row.state === "working" || row.state === "idle");
  return (
    <tr role="row" class={`is-${wasHere ? "done" : row.state}`}>
      <th role="rowheader" scope="row" class="worker">
        <span class="name">{worker.name}</span>
        <span class="kind">{describeWorker(worker)}</span>
      </th>
      <td role="cell" class="state">
        <span class="dot" aria-hidden="true" />
        {wasHere ? `Was ${row.state}` : capitalised(row.state)}
        {left?.during != null && ` during step ${formatCount(left.during)}`}
        {left && <span class="reason">{left.reason}</span>}
        <span class="reason">{seenText(left?.at ?? null, silentMs)}</span>
      </td>
      <td role="cell" class="number leaves">{formatCount(row.leaves)}</td>
      <td role="cell" class="number rate">{formatRate(row.samplesPerSecond)}</td>
      <td role="cell" class="number share">{formatPercent(share, 1)}</td>
      <td role="cell" class="number trip">{formatMs(row.roundTripMs)}</td>
      <td role="cell" class="spent">{times === null ? "–" : <TimesBar times={times} />}</td>
      {drop !== null && (
        <td role="cell" class="drop">
          {!left && row.state !== "done" && (
            <button type="button" class="button" aria-label={`Drop ${worker.name}`} onClick={drop}>
              Drop
            </button>
          )}
        </td>
      )}
    </tr>
  );
}
