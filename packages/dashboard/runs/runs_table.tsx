/** All runs as a table. */
import type { ReadonlySignal } from "@preact/signals";
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Address } from "../page/address.ts";
import { plural } from "../words/words.ts";
import { rowId, RunLine } from "./run_line.tsx";
import type { SortKey } from "./rows.ts";
import type { RunsModel, RunsView } from "./runs_model.ts";

/** Rows that are made at first, and with each press of the button. */
const ROWS = 100;

/** Headings, by what they sort. */
const COLUMNS: { key: SortKey; title: string; class: string }[] = [
  { key: "name", title: "Run", class: "run-name" },
  { key: "state", title: "State", class: "run-state" },
  { key: "started", title: "Started", class: "run-started" },
  { key: "epochs", title: "Epochs", class: "number run-epochs" },
  { key: "validation", title: "Validation", class: "number run-validation" },
  { key: "test", title: "Test", class: "number run-test" },
  { key: "loss", title: "Loss", class: "number run-loss" },
  { key: "rate", title: "Samples/s", class: "number run-rate" },
  { key: "workers", title: "Workers", class: "number run-workers" },
];

interface RunsTableProps {
  runs: RunsModel;
  view: ReadonlySignal<RunsView>;
  address: Address;
}

/** Found, sorted and changed in place. The roles keep it a table where a narrow screen lays it out otherwise. */
export function RunsTable({ runs, view, address }: RunsTableProps): VNode {
  const { rows, query, list } = view.value;
  const most = useSignal(ROWS);
  useEffect(() => {
    most.value = ROWS;
  }, [query.search, query.deleted]);
  const { sort } = query;
  return (
    <section class="card runs" aria-labelledby="runs-title">
      <div class="runs-head">
        <h2 id="runs-title" tabIndex={-1}>{query.deleted ? "Deleted runs" : "Runs"}</h2>
        <input
          type="search"
          class="runs-search"
          aria-label="Search runs"
          placeholder="Search"
          value={query.search}
          onInput={(event) => runs.search(event.currentTarget.value)}
        />
      </div>
      <Notice runs={runs} />
      <table role="table" aria-labelledby="runs-title" aria-busy={!list.isLoaded}>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col" class="run-compare">
              <span class="visually-hidden">Compare</span>
            </th>
            {COLUMNS.map(({ key, title, class: name }) => (
              <th
                key={key}
                role="columnheader"
                scope="col"
                class={name}
                aria-sort={sort.key !== key ? undefined : sort.isDescending ? "descending" : "ascending"}
              >
                <button type="button" class="sort" onClick={() => runs.sortBy(key)}>
                  {title}
                  <span class="sort-arrow" aria-hidden="true">
                    {sort.key === key ? sort.isDescending ? "↓" : "↑" : ""}
                  </span>
                </button>
              </th>
            ))}
            <th role="columnheader" scope="col" class="run-actions">
              <span class="visually-hidden">Change</span>
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.slice(0, most.value).map((row) => (
            <RunLine key={row.run.id} row={row} runs={runs} mayEdit={list.mayEdit} address={address} />
          ))}
          {rows.length === 0 && (
            <tr role="row">
              <td role="cell" class="none" colSpan={11}>{emptyWords(view.value)}</td>
            </tr>
          )}
        </tbody>
      </table>
      <Foot
        runs={runs}
        view={view}
        shown={Math.min(most.value, rows.length)}
        showMore={() => most.value += ROWS}
      />
    </section>
  );
}

function emptyWords({ list, query, counts }: RunsView): string {
  if (list.problem !== null && !list.isLoaded) return list.problem;
  if (!list.isLoaded) return "The history is being read.";
  if (query.search !== "") return "No run has all of these words.";
  if (query.deleted) return "No run is deleted.";
  return counts.deleted > 0 ? "All runs are deleted." : "No run has been recorded yet.";
}

/** What became of the last change, and the way back. */
function Notice({ runs }: { runs: RunsModel }): VNode {
  const notice = runs.notice.value;
  const element = useRef<HTMLDivElement>(null);
  const before = useRef(notice);
  useEffect(() => {
    const isAnother = notice !== before.current;
    before.current = notice;
    // The button that was pressed has gone, with its run or with the last notice.
    if (!isAnother || !document.activeElement?.matches("body, main")) return;
    const restored = notice?.restored &&
      document.querySelector<HTMLElement>(`#${rowId(notice.restored.id)} .name`);
    (restored ?? element.current!.querySelector("button") ?? document.getElementById("runs-title"))?.focus();
  }, [notice]);
  return (
    <div ref={element} class={`runs-notice is-${notice?.tone ?? "none"}`} role="status">
      {notice !== null && (
        <>
          <span>{notice.text}</span>
          {notice.deleted !== null && (
            <button
              type="button"
              class="button"
              onClick={() => runs.restore(notice.deleted!)}
            >
              Undo
            </button>
          )}
          <button type="button" class="button" onClick={() => runs.dismiss()}>Close</button>
        </>
      )}
    </div>
  );
}

interface FootProps {
  runs: RunsModel;
  view: ReadonlySignal<RunsView>;
  shown: number;
  showMore: () => void;
}

function Foot({ runs, view, shown, showMore }: FootProps): VNode {
  const { rows, counts, query, list } = view.value;
  const isCut = shown < rows.length;
  const all = query.deleted ? counts.deleted : counts.kept;
  const words = rows.length < all ? `${rows.length} of ${plural(all, "run")}` : plural(all, "run");
  return (
    <div class="runs-foot">
      <span role="status">{list.isLoaded ? isCut ? `The first ${shown} of ${words}` : words : "\u00a0"}</span>
      {isCut && <button type="button" class="button" onClick={showMore}>Show more</button>}
      {query.deleted
        ? (
          <button type="button" class="button" onClick={() => runs.showDeleted(false)}>
            Back to all runs
          </button>
        )
        : counts.deleted > 0 && (
          <button type="button" class="button" onClick={() => runs.showDeleted(true)}>
            {`${plural(counts.deleted, "deleted run")}`}
          </button>
        )}
      {list.isLoaded && !list.mayEdit && (
        <span class="note">To rename or delete runs, open the link behind “Page:” that was printed.</span>
      )}
      {list.isLoaded && list.problem !== null && <span class="note is-bad">{list.problem}</span>}
    </div>
  );
}
