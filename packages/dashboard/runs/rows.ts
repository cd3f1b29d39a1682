/** Which runs the table shows, and in which order. */
import { type RunStanding, type RunSummary, standingAt } from "@tributary/protocol";
import type { RunsList } from "./runs_list.ts";

/** A row of the table. */
export interface RunRow {
  run: RunSummary;
  standing: RunStanding;
  isLive: boolean;
  /** Whether it is to be compared, and by which colour; null: not. */
  colour: number | null;
}

/** By what runs can be sorted. */
export type SortKey =
  | "name"
  | "state"
  | "started"
  | "epochs"
  | "validation"
  | "test"
  | "loss"
  | "rate"
  | "workers";

/** An order of the rows. */
export interface Sort {
  key: SortKey;
  isDescending: boolean;
}

/** What the table is to show. */
export interface RowsQuery {
  /** Words that a run must all have. */
  search: string;
  sort: Sort;
  /** Show those that are deleted, and no others. */
  deleted: boolean;
  /** Ids, in the order of their colours. */
  compared: readonly number[];
}

/** The newest first. */
export const DEFAULT_SORT: Sort = { key: "started", isDescending: true };

const VALUES: Record<SortKey, (row: RunRow) => string | number | null> = {
  name: ({ run }) => run.name,
  state: ({ standing }) => standing,
  started: ({ run }) => run.startedAt,
  epochs: ({ run }) => run.figures.epochs,
  validation: ({ run }) => run.figures.validation?.best ?? null,
  test: ({ run }) => run.figures.test?.best ?? null,
  loss: ({ run }) => run.figures.loss?.last ?? null,
  rate: ({ run }) => run.figures.samplesPerSecond,
  workers: ({ run }) => run.workers,
};

/** The rows that are to be shown, sorted; those without a value last. */
export function rowsOf(
  { runs, live, now }: RunsList,
  { search, sort, deleted, compared }: RowsQuery,
): RunRow[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== "");
  const rows = [...runs.values()].filter(({ deletedAt }) => (deletedAt !== null) === deleted).map(
    (run): RunRow => {
      const colour = compared.indexOf(run.id);
      return {
        run,
        standing: standingAt(run, now),
        isLive: run.id === live,
        colour: colour < 0 ? null : colour,
      };
    },
  ).filter((row) => words.every((word) => textOf(row).includes(word)));
  return rows.sort((a, b) => compare(VALUES[sort.key](a), VALUES[sort.key](b), sort) || b.run.id - a.run.id);
}

/** What is searched. */
function textOf({ run: { name, folder, run }, standing }: RunRow): string {
  const { name: original, description = "", dataset, optimiser, model } = run;
  const layers = model.layers.map((layer) =>
    "activation" in layer ? `${layer.type} ${layer.activation}` : layer.type
  );
  return [name, original, folder, description, dataset, optimiser.type, model.loss, standing, ...layers].join(
    " ",
  )
    .toLowerCase();
}

type Value = string | number | null;

function compare(a: Value, b: Value, { isDescending }: Sort): number {
  const [noA, noB] = [isNothing(a), isNothing(b)];
  if (noA || noB) return Number(noA) - Number(noB);
  const order = typeof a === "string" ? COLLATOR.compare(a, String(b)) : Number(a) - Number(b);
  return isDescending ? -order : order;
}

function isNothing(value: Value): boolean {
  return value === null || Number.isNaN(value);
}

/** "run 9" stands before "run 10". */
const COLLATOR = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** An order as the address has it: "-started" is descending. What makes no sense is the default. */
export function readSort(text: string | null): Sort {
  const key = (text ?? "").replace(/^-/, "");
  return Object.hasOwn(VALUES, key)
    ? { key: key as SortKey, isDescending: text!.startsWith("-") }
    : DEFAULT_SORT;
}

/** For the address; null for the default. */
export function writeSort({ key, isDescending }: Sort): string | null {
  if (key === DEFAULT_SORT.key && isDescending === DEFAULT_SORT.isDescending) return null;
  return `${isDescending ? "-" : ""}${key}`;
}

/** The order after a press on a column: names and losses begin with the least, all other with the most. */
export function nextSort(sort: Sort, key: SortKey): Sort {
  if (sort.key === key) return { key, isDescending: !sort.isDescending };
  return { key, isDescending: !["name", "state", "loss"].includes(key) };
}
