import { assertEquals } from "@std/assert";
import { figuresOf, type RunSummary } from "@tributary/protocol";
import { FACTS } from "../run/testing.ts";
import { DEFAULT_SORT, nextSort, readSort, rowsOf, type RowsQuery, type SortKey, writeSort } from "./rows.ts";
import { NO_RUNS, type RunsList } from "./runs_list.ts";

const QUERY: RowsQuery = { search: "", sort: DEFAULT_SORT, deleted: false, compared: [] };

function summary(id: number, changes: Partial<RunSummary> = {}): RunSummary {
  return {
    id,
    revision: id,
    name: `run ${id}`,
    folder: `folder-${id}`,
    run: FACTS.run,
    startedAt: 1_000 * id,
    seenAt: 0,
    endedAt: null,
    outcome: "completed",
    reason: null,
    parametersSha256: null,
    step: 0,
    workers: 0,
    figures: figuresOf([]),
    deletedAt: null,
    ...changes,
  };
}

function listOf(...runs: RunSummary[]): RunsList {
  return { ...NO_RUNS, runs: new Map(runs.map((run) => [run.id, run])) };
}

const ids = (list: RunsList, query: Partial<RowsQuery>) =>
  rowsOf(list, { ...QUERY, ...query }).map(({ run }) => run.id);
const figure = (value: number | null) => value === null ? null : { last: value, best: value };

Deno.test("rowsOf() puts the newest first, and tells how each run stands", () => {
  const list = {
    ...listOf(
      summary(1),
      summary(2, { outcome: null, seenAt: 99_000 }),
      summary(3, { outcome: null, seenAt: 1 }),
    ),
    live: 2,
    now: 100_000,
  };
  const rows = rowsOf(list, { ...QUERY, compared: [3, 2] });
  assertEquals(rows.map(({ run, standing, isLive, colour }) => [run.id, standing, isLive, colour]), [
    [3, "interrupted", false, 0],
    [2, "running", true, 1],
    [1, "completed", false, null],
  ]);
});

Deno.test("rowsOf() finds runs that have all words, in any of their texts, whatever the case", () => {
  const list = listOf(
    summary(1, { name: "Deep one" }),
    summary(2, { name: "deep two", run: { ...FACTS.run, dataset: "mnist-full" } }),
    summary(3, { outcome: "failed" }),
  );
  assertEquals(ids(list, { search: "DEEP" }), [2, 1]);
  assertEquals(ids(list, { search: " deep  full " }), [2]);
  assertEquals(ids(list, { search: "failed" }), [3]);
  assertEquals(ids(list, { search: "folder-1" }), [1]);
  assertEquals(ids(list, { search: "softmax" }), [3, 2, 1]);
  assertEquals(ids(list, { search: "nothing" }), []);
});

Deno.test("rowsOf() sorts by every column both ways, names by their numbers, and what has no value comes last", () => {
  const list = listOf(
    summary(1, {
      name: "run 10",
      workers: 2,
      figures: { ...figuresOf([]), test: figure(0.9), loss: figure(NaN) },
    }),
    summary(2, {
      name: "run 9",
      workers: 5,
      figures: { ...figuresOf([]), test: figure(0.95), loss: figure(0.5) },
    }),
    summary(3, { name: "Run 11", workers: 1, figures: { ...figuresOf([]), loss: figure(0.2) } }),
  );
  const sorted = (key: SortKey, isDescending: boolean) => ids(list, { sort: { key, isDescending } });
  assertEquals([sorted("name", false), sorted("name", true)], [[2, 1, 3], [3, 1, 2]]);
  assertEquals([sorted("test", true), sorted("test", false)], [[2, 1, 3], [1, 2, 3]]);
  assertEquals([sorted("loss", false), sorted("loss", true)], [[3, 2, 1], [2, 3, 1]]);
  assertEquals([sorted("workers", true), sorted("workers", false)], [[2, 1, 3], [3, 1, 2]]);
  assertEquals([sorted("started", true), sorted("started", false)], [[3, 2, 1], [1, 2, 3]]);
  for (const key of ["state", "epochs", "validation", "rate"] as const) {
    assertEquals(sorted(key, true), [3, 2, 1]);
  }
});

Deno.test("rowsOf() shows either those that are there or those that are deleted", () => {
  const list = listOf(summary(1), summary(2, { deletedAt: 5 }));
  assertEquals([ids(list, {}), ids(list, { deleted: true })], [[1], [2]]);
});

Deno.test("an order survives the address; what makes no sense there is the default", () => {
  for (
    const sort of [DEFAULT_SORT, { key: "loss", isDescending: false }, {
      key: "name",
      isDescending: true,
    }] as const
  ) {
    assertEquals(readSort(writeSort(sort)), sort);
  }
  for (const text of [null, "", "-", "toString", "-x"]) assertEquals(readSort(text), DEFAULT_SORT);
  assertEquals(nextSort(DEFAULT_SORT, "test"), { key: "test", isDescending: true });
  assertEquals(nextSort({ key: "test", isDescending: true }, "test"), { key: "test", isDescending: false });
  assertEquals(nextSort(DEFAULT_SORT, "loss"), { key: "loss", isDescending: false });
});
