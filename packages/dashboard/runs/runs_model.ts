/** What the view of runs reads and does. The history is asked for only while it is shown. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { decodeRuns, type RunList, type RunSummary } from "@tributary/protocol";
import { combineLatest, firstValueFrom, map, type Observable, share, Subject, type Subscription } from "rxjs";
import { type ChartSettings, chartSettings } from "../charts/chart_settings.ts";
import type { Address } from "../page/address.ts";
import { fromSignals } from "../run/from_signal.ts";
import { recordedRun } from "../run/recorded_run.ts";
import type { Request } from "../run/request.ts";
import { type RunStream, runStream } from "../run/run_stream.ts";
import { toSignal } from "../run/to_signal.ts";
import type { PageParts } from "../save/offline_page.ts";
import { type SaveKind, saveRun } from "../save/save_run.ts";
import { type Curves, curves$ } from "./curves.ts";
import { type Difference, differencesOf } from "./differences.ts";
import { nextSort, readSort, rowsOf, type RowsQuery, type RunRow, type SortKey, writeSort } from "./rows.ts";
import { type RunsList, runsList$ } from "./runs_list.ts";
import { type ShownRun, shownRun$ } from "./shown_run.ts";

/** Runs that can be compared at one time: more colours cannot be told apart. */
export const COMPARED_MAX = 8;

/** Steps that the mean of a curve counts, where the address does not say. */
const CURVE_WINDOW = 100;

/** What the table shows. */
export interface RunsView {
  list: RunsList;
  query: RowsQuery;
  rows: RunRow[];
  /** Of those that are not deleted, and of those that are. */
  counts: { kept: number; deleted: number };
  /** Those that are compared and known, in the order of their colours, and in what they differ. */
  compared: RunSummary[];
  differences: Difference[];
}

/** What became of a change, in a sentence; with the run that can be brought back. */
export interface RunsNotice {
  text: string;
  tone: "plain" | "bad";
  deleted: RunSummary | null;
  /** The run that was brought back. */
  restored?: RunSummary;
}

/** See the names. Changes of the history tell what became of them as {@link notice}. */
export interface RunsModel {
  view$: Observable<RunsView>;
  /** Of the runs that are compared; they are read while somebody listens. */
  curves$: Observable<Curves>;
  /** How their charts are looked at. */
  charts: ChartSettings;
  shown: ReadonlySignal<ShownRun>;
  /** Whether the coordinator directs a run. */
  hasLive: ReadonlySignal<boolean>;
  notice: ReadonlySignal<RunsNotice | null>;
  search(text: string): void;
  sortBy(key: SortKey): void;
  showDeleted(isShown: boolean): void;
  compare(id: number, isCompared: boolean): void;
  compareNone(): void;
  rename(run: RunSummary, name: string): Promise<void>;
  remove(run: RunSummary): Promise<void>;
  restore(run: RunSummary): Promise<void>;
  dismiss(): void;
  /** Saves the run that the other views show. */
  save(kind: SaveKind): Promise<void>;
}

/** What the model is made of. */
export interface RunsSources extends RunStream {
  live: RunStream;
  address: Address;
  request: Request;
  /** The page itself, for a file that shows a run offline. */
  pageParts(): Promise<PageParts>;
}

/** The model, until `subscription` ends. */
export function runsModel(
  { live, state$, connection$, address, request, pageParts }: RunsSources,
  subscription: Subscription,
): RunsModel {
  const edited$ = new Subject<RunSummary>();
  const notice = signal<RunsNotice | null>(null);
  const after = async (revision: number) =>
    decodeRuns<RunList>(await (await request(`/runs?after=${revision}`)).text());
  const list$ = runsList$(after, edited$);
  const query$ = fromSignals(() => readQuery(address.params.value));
  const change = async (path: string, init: RequestInit, done: (run: RunSummary) => RunsNotice | null) => {
    try {
      const run = decodeRuns<RunSummary>(await (await request(path, init)).text());
      edited$.next(run);
      notice.value = done(run);
    } catch (error) {
      notice.value = { text: `Not done: ${(error as Error).message}.`, tone: "bad", deleted: null };
    }
  };
  const compared = () => readQuery(address.params.value).compared;
  const setCompared = (ids: readonly number[]) =>
    address.set({ compare: ids.length > 0 ? ids.join() : null });
  return {
    view$: combineLatest([list$, query$]).pipe(map(([list, query]) => viewOf(list, query))),
    curves$: curves$(
      query$.pipe(map(({ compared }) => compared)),
      (id) => runStream(recordedRun(request, id).pipe(share())),
    ),
    charts: chartSettings(address, { window: signal(CURVE_WINDOW), prefix: "runs." }),
    shown: toSignal(shownRun$({ state$, connection$ }), subscription),
    hasLive: toSignal(live.connection$.pipe(map(({ state }) => state !== "idle")), subscription),
    notice,
    search: (text) => address.set({ q: text || null }),
    sortBy: (key) => address.set({ sort: writeSort(nextSort(readQuery(address.params.value).sort, key)) }),
    showDeleted: (isShown) => address.set({ deleted: isShown ? "" : null }),
    compare: (id, isCompared) => {
      const others = compared().filter((other) => other !== id);
      setCompared(isCompared ? [...others, id].slice(0, COMPARED_MAX) : others);
    },
    compareNone: () => setCompared([]),
    rename: (run, name) =>
      change(`/runs/${run.id}`, { method: "PATCH", body: JSON.stringify({ name }) }, (renamed) => ({
        text: `“${run.name}” is now called “${renamed.name}”.`,
        tone: "plain",
        deleted: null,
      })),
    remove: (run) =>
      change(`/runs/${run.id}`, { method: "DELETE" }, (deleted) => ({
        text: `“${run.name}” is deleted. Its folder stays as it is.`,
        tone: "plain",
        deleted,
      })),
    restore: (run) =>
      change(`/runs/${run.id}/restore`, { method: "POST" }, (restored) => ({
        text: `“${run.name}” is back.`,
        tone: "plain",
        deleted: null,
        restored,
      })),
    dismiss: () => notice.value = null,
    save: async (kind) => {
      const [state, connection] = await firstValueFrom(combineLatest([state$, connection$]));
      try {
        await saveRun(kind, { state, connection, parts: pageParts });
      } catch (error) {
        notice.value = { text: `Not saved: ${(error as Error).message}.`, tone: "bad", deleted: null };
      }
    },
  };
}

function readQuery(params: URLSearchParams): RowsQuery {
  const ids = (params.get("compare") ?? "").split(",").filter((text) => /^\d{1,15}$/.test(text)).map(Number);
  return {
    search: params.get("q") ?? "",
    sort: readSort(params.get("sort")),
    deleted: params.has("deleted"),
    compared: [...new Set(ids)].slice(0, COMPARED_MAX),
  };
}

function viewOf(list: RunsList, query: RowsQuery): RunsView {
  const deleted = [...list.runs.values()].filter(({ deletedAt }) => deletedAt !== null).length;
  const compared = query.compared.flatMap((id) => list.runs.get(id) ?? []);
  return {
    list,
    query,
    rows: rowsOf(list, query),
    counts: { kept: list.runs.size - deleted, deleted },
    compared,
    differences: differencesOf(compared.map(({ run }) => run)),
  };
}
