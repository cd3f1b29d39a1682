/** Who works. */
import type { ReadonlySignal } from "@preact/signals";
import type { VNode } from "preact";
import { describeWorker } from "../words/event_words.ts";
import type { RosterRow } from "./roster.ts";
import { capitalised, formatCount, formatPercent, formatRate } from "../words/words.ts";

/** One row a worker, those that left last. The roles keep it a table where a narrow screen lays it out otherwise. */
export function WorkersTable({ roster }: { roster: ReadonlySignal<RosterRow[]> }): VNode {
  return (
    <section class="card workers" aria-labelledby="workers-title">
      <h2 id="workers-title">Workers</h2>
      <table role="table" aria-labelledby="workers-title">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col" class="worker">Worker</th>
            <th role="columnheader" scope="col" class="state">State</th>
            <th role="columnheader" scope="col" class="number leaves">Leaves</th>
            <th role="columnheader" scope="col" class="number rate">Samples/s</th>
            <th role="columnheader" scope="col" class="number share">Share</th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {roster.value.map((row) => <WorkerRow key={row.worker.id} row={row} />)}
          {roster.value.length === 0 && (
            <tr role="row">
              <td role="cell" class="none" colSpan={5}>No worker has joined yet.</td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}

function WorkerRow({ row }: { row: RosterRow }): VNode {
  const { worker, left, share } = row;
  return (
    <tr role="row" class={`is-${row.state}`}>
      <th role="rowheader" scope="row" class="worker">
        <span class="name">{worker.name}</span>
        <span class="kind">{describeWorker(worker)}</span>
      </th>
      <td role="cell" class="state">
        <span class="dot" aria-hidden="true" />
        {capitalised(row.state)}
        {left?.during != null && ` during step ${formatCount(left.during)}`}
        {left && <span class="reason">{left.reason}</span>}
      </td>
      <td role="cell" class="number leaves">{formatCount(row.leaves)}</td>
      <td role="cell" class="number rate">{formatRate(row.samplesPerSecond)}</td>
      <td role="cell" class="number share">
        <span class="share-bar" aria-hidden="true">
          <span style={{ transform: `scaleX(${share ?? 0})` }} />
        </span>
        <span class="share-text">{formatPercent(share, 1)}</span>
      </td>
    </tr>
  );
}
