/** A step as bars: who was asked when, what its time went on, and who held the step up. */
import type { VNode } from "preact";
import { useLive } from "../run/use_live.ts";
import { formatCount, plural } from "../words/words.ts";
import type { ClusterModel } from "./cluster_model.ts";
import { Key } from "./key.tsx";
import { BARS_SHOWN, type StepRow } from "./step_view.ts";

const NOT_KEPT = "The history keeps no steps in such detail: one is shown here of the live run.";
const WIDTH = 1_000, HEIGHT = 16;

const KEY = [
  ["sending", "Sending"],
  ["computing", "Computing"],
  ["receiving", "Receiving"],
  ["none", "No answer"],
  ["waiting", "Waiting"],
] as const;

interface StepCardProps {
  cluster: ClusterModel;
  isRecorded: boolean;
  /** No other step will come: there is nothing to hold. */
  isOver: boolean;
}

/** A few steps a second are shown; one can be held to be read. */
export function StepCard(
  { cluster: { step$, isHeld, barsShown }, isRecorded, isOver }: StepCardProps,
): VNode {
  const view = useLive(step$).value;
  return (
    <section class="card step-card" aria-labelledby="step-title">
      <div class="card-head">
        <h2 id="step-title">One step</h2>
        {!isRecorded && !isOver && (
          <button
            type="button"
            class="button"
            aria-pressed={isHeld.value}
            onClick={() => isHeld.value = !isHeld.value}
          >
            Hold
          </button>
        )}
      </div>
      {view === null
        ? <p class="none">{isRecorded ? NOT_KEPT : "A step is shown here while a run goes on."}</p>
        : (
          <>
            <p class="verdict">{view.verdict}</p>
            <p class="note">{view.text}</p>
            <Key parts={KEY} />
            <table role="table" class="bars">
              <caption class="visually-hidden">
                {`Step ${formatCount(view.step)}, one row for each range that a worker was asked for`}
              </caption>
              <thead role="rowgroup">
                <tr role="row">
                  <th role="columnheader" scope="col">Worker</th>
                  <th role="columnheader" scope="col" class="bar-cell">
                    From the first request to the update
                  </th>
                  <th role="columnheader" scope="col" class="number">Sending</th>
                  <th role="columnheader" scope="col" class="number">Computing</th>
                  <th role="columnheader" scope="col" class="number">Receiving</th>
                  <th role="columnheader" scope="col" class="number">Waiting</th>
                </tr>
              </thead>
              <tbody role="rowgroup">
                {view.rows.map((row) => <Bar key={row.key} row={row} roundEnd={view.roundEnd} />)}
              </tbody>
            </table>
            {view.hidden > 0 && (
              <p class="more">
                <button type="button" class="button" onClick={() => barsShown.value = Infinity}>
                  Show more
                </button>{" "}
                {`${plural(view.hidden + view.omitted, "range")} that ended earlier`}
              </p>
            )}
            {view.hidden === 0 && view.rows.length > BARS_SHOWN && (
              <p class="more">
                <button type="button" class="button" onClick={() => barsShown.value = BARS_SHOWN}>
                  Show fewer
                </button>
                {view.omitted > 0 && ` ${plural(view.omitted, "range")} that ended earlier are not told.`}
              </p>
            )}
            <p class="note">
              Sending is until the coordinator learned that parameters and request had left it. How long a
              worker computed is what it says; when, is not known, so the parts are drawn in this order.
            </p>
          </>
        )}
    </section>
  );
}

function Bar({ row, roundEnd }: { row: StepRow; roundEnd: number }): VNode {
  const { name, note, parts, words } = row;
  return (
    <tr role="row">
      <th role="rowheader" scope="row">
        <span class="name">{name}</span>
        <span class="kind">{note}</span>
      </th>
      <td role="cell" class="bar-cell">
        <svg
          class="bar-svg"
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          {parts.map(({ kind, start, end }) => (
            <rect
              key={kind}
              class={`part is-${kind}`}
              x={WIDTH * start}
              y="0"
              width={WIDTH * (end - start)}
              height={HEIGHT}
            />
          ))}
          <line class="round-end" x1={WIDTH * roundEnd} x2={WIDTH * roundEnd} y1="0" y2={HEIGHT} />
        </svg>
      </td>
      <td role="cell" class="number" data-title="Sending">{words.sending}</td>
      <td role="cell" class="number" data-title="Computing">{words.computing}</td>
      <td role="cell" class="number" data-title="Receiving">{words.receiving}</td>
      <td role="cell" class="number" data-title="Waiting">{words.waiting}</td>
    </tr>
  );
}
