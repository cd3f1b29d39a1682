/** A row of the table of runs. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { type Figure, RUN_NAME_LENGTH_MAX } from "@tributary/protocol";
import type { Address } from "../page/address.ts";
import { AddressLink } from "../page/address_link.tsx";
import {
  capitalised,
  formatCount,
  formatDate,
  formatLoss,
  formatPercent,
  formatRate,
} from "../words/words.ts";
import type { RunRow } from "./rows.ts";
import { COMPARED_MAX, type RunsModel } from "./runs_model.ts";

interface RunLineProps {
  row: RunRow;
  runs: RunsModel;
  mayEdit: boolean;
  address: Address;
}

/** Where a run's row is found. */
export function rowId(id: number): string {
  return `run-${id}`;
}

/** The name leads to the run; it is changed in its place. */
export function RunLine({ row, runs, mayEdit, address }: RunLineProps): VNode {
  const { run, standing, isLive, colour } = row;
  const { figures } = run;
  const isRenaming = useSignal(false);
  const renameButton = useRef<HTMLButtonElement>(null);
  const isDeleted = run.deletedAt !== null;
  return (
    <tr role="row" id={rowId(run.id)} class={`is-${standing}`}>
      <td role="cell" class="run-compare">
        <input
          type="checkbox"
          aria-label={`Compare ${run.name}`}
          title={`Compare; at most ${COMPARED_MAX} runs`}
          checked={colour !== null}
          style={colour === null ? undefined : { accentColor: `var(--run-${colour})` }}
          onChange={(event) => runs.compare(run.id, event.currentTarget.checked)}
        />
      </td>
      <th role="rowheader" scope="row" class="run-name">
        {isRenaming.value
          ? (
            <NameField
              name={run.name}
              done={(name, byKey) => {
                isRenaming.value = false;
                if (byKey) renameButton.current?.focus();
                if (name !== null && name !== run.name) runs.rename(run, name);
              }}
            />
          )
          : (
            <AddressLink
              address={address}
              changes={{ run: isLive ? null : String(run.id), view: null }}
              class="name"
            >
              {run.name}
            </AddressLink>
          )}
        <span class="kind">{run.run.dataset}, {run.folder}</span>
      </th>
      <td role="cell" class="run-state">
        <span class="dot" aria-hidden="true" />
        {isLive && standing === "running" ? "Live" : capitalised(standing)}
      </td>
      <td role="cell" class="run-started">{formatDate(run.startedAt)}</td>
      <td role="cell" class="number run-epochs">
        {formatCount(figures.epochs)} <span class="of">of {formatCount(run.run.epochs)}</span>
      </td>
      <td role="cell" class="number run-validation">
        <BestAndLast figure={figures.validation} text={formatPercent} />
      </td>
      <td role="cell" class="number run-test">
        <BestAndLast figure={figures.test} text={formatPercent} />
      </td>
      <td role="cell" class="number run-loss">
        <BestAndLast figure={figures.loss} text={formatLoss} />
      </td>
      <td role="cell" class="number run-rate">{formatRate(figures.samplesPerSecond)}</td>
      <td role="cell" class="number run-workers">{formatCount(run.workers)}</td>
      <td role="cell" class="run-actions">
        {mayEdit && !isDeleted && (
          <button
            type="button"
            class="button"
            ref={renameButton}
            aria-label={`Rename ${run.name}`}
            onClick={() => isRenaming.value = true}
          >
            Rename
          </button>
        )}
        {mayEdit && !isDeleted && !isLive && standing !== "running" && (
          <button
            type="button"
            class="button"
            aria-label={`Delete ${run.name}`}
            onClick={() => runs.remove(run)}
          >
            Delete
          </button>
        )}
        {mayEdit && isDeleted && (
          <button
            type="button"
            class="button"
            aria-label={`Restore ${run.name}`}
            onClick={() => runs.restore(run)}
          >
            Restore
          </button>
        )}
      </td>
    </tr>
  );
}

/** The best value, and the last one below it where it is another. */
function BestAndLast(
  { figure, text }: { figure: Figure | null; text: (value: number | null) => string },
): VNode {
  const isAnother = figure !== null && !Object.is(figure.best, figure.last);
  return (
    <>
      <span class="best">{text(figure?.best ?? null)}</span>
      {isAnother && <span class="last">last {text(figure.last)}</span>}
    </>
  );
}

interface NameFieldProps {
  name: string;
  /** Null: nothing was written. `byKey`: the focus was not taken elsewhere. */
  done: (name: string | null, byKey: boolean) => void;
}

/** Enter and leaving it keep what was written, Escape does not. */
function NameField({ name, done }: NameFieldProps): VNode {
  const field = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useEffect(() => field.current!.select(), []);
  const end = (name: string | null, byKey: boolean) => {
    if (isDone.current) return;
    isDone.current = true;
    done(name, byKey);
  };
  return (
    <input
      ref={field}
      class="name-field"
      aria-label={`New name of ${name}`}
      defaultValue={name}
      maxLength={RUN_NAME_LENGTH_MAX}
      onBlur={(event) => end(event.currentTarget.value.trim() || null, false)}
      onKeyDown={(event) => {
        // The key is not to press the button that gets the focus.
        if (event.key === "Enter" || event.key === "Escape") event.preventDefault();
        if (event.key === "Enter") end(event.currentTarget.value.trim() || null, true);
        if (event.key === "Escape") end(null, true);
      }}
    />
  );
}
