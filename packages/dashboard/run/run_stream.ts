/** What is known of a run, as it comes to be known: of the live one, or of the one that the address names. */
import {
  distinctUntilChanged,
  filter,
  map,
  type Observable,
  scan,
  share,
  shareReplay,
  startWith,
  switchMap,
} from "rxjs";
import type { ConnectionNews, ConnectionStatus } from "./connection.ts";
import { paced } from "./paced.ts";
import { emptyRunState, isCatchingUp, reduceRunState, type RunState } from "./run_state.ts";

/** While a long history comes in, what has come is shown this often: drawing it takes time that reading it needs. */
const CATCHING_UP_MS = 700;

type Told = Extract<ConnectionNews, { update: unknown }>;

/** Both have a value at once. */
export interface RunStream {
  state$: Observable<RunState>;
  connection$: Observable<ConnectionStatus>;
}

/** The states that shared news lead to. */
export function runStream(news$: Observable<ConnectionNews>): RunStream {
  return {
    state$: news$.pipe(
      filter((news): news is Told => "update" in news),
      map(({ update }) => update),
      scan(reduceRunState, emptyRunState()),
      startWith(emptyRunState()),
      // What stood there before a connection was lost stays until the page has caught up.
      paced({ isWorthIt: (state) => !isCatchingUp(state), minMs: 0, maxMs: CATCHING_UP_MS }),
      shareReplay({ bufferSize: 1, refCount: true }),
    ),
    connection$: news$.pipe(
      filter((news): news is { status: ConnectionStatus } => "status" in news),
      map(({ status }) => status),
      startWith<ConnectionStatus>({ state: "connecting" }),
      shareReplay({ bufferSize: 1, refCount: true }),
    ),
  };
}

/** The live run, or the earlier one that `id$` names. */
export function shownRun(
  live: RunStream,
  id$: Observable<number | null>,
  open: (id: number) => Observable<ConnectionNews>,
): RunStream {
  const shown$ = id$.pipe(
    distinctUntilChanged(),
    map((id) => id === null ? live : runStream(open(id).pipe(share()))),
    shareReplay({ bufferSize: 1, refCount: true }),
  );
  return {
    state$: shown$.pipe(switchMap(({ state$ }) => state$), shareReplay({ bufferSize: 1, refCount: true })),
    connection$: shown$.pipe(
      switchMap(({ connection$ }) => connection$),
      shareReplay({ bufferSize: 1, refCount: true }),
    ),
  };
}

/** The earlier run that an address names; null: the live one. */
export function runInAddress(params: URLSearchParams): number | null {
  const text = params.get("run") ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
