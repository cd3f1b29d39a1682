/** The runs of the history, as they come to be known: asked for again and again, each time for what is new. */
import type { RunList, RunSummary } from "@tributary/protocol";
import {
  catchError,
  defer,
  map,
  merge,
  type Observable,
  type ObservableInput,
  of,
  repeat,
  scan,
  startWith,
  tap,
  timer,
} from "rxjs";

/** From one question to the next. */
const POLL_MS = 2_000;

/** What is known of the history. */
export interface RunsList {
  /** Whether all runs that there were have come. */
  isLoaded: boolean;
  /** By id, deleted ones too. */
  runs: ReadonlyMap<number, RunSummary>;
  /** The run that the coordinator directs, or null. */
  live: number | null;
  /** Whether this page may rename and delete. */
  mayEdit: boolean;
  /** The coordinator's clock. */
  now: number;
  /** Why the last question had no answer, or null. */
  problem: string | null;
}

/** Nothing is known yet. */
export const NO_RUNS: RunsList = {
  isLoaded: false,
  runs: new Map(),
  live: null,
  mayEdit: false,
  now: 0,
  problem: null,
};

/** What changes the list: an answer, a run that was just changed, or that there was no answer. */
export type RunsNews = { list: RunList } | { edited: RunSummary } | { problem: string };

/** The list after news; for `scan`. */
export function reduceRuns(state: RunsList, news: RunsNews): RunsList {
  if ("problem" in news) return { ...state, problem: news.problem };
  if ("edited" in news) return { ...state, runs: withRuns(state.runs, [news.edited]) };
  const { runs, more, live, mayEdit, now } = news.list;
  return {
    isLoaded: state.isLoaded || !more,
    runs: withRuns(state.runs, runs),
    live,
    mayEdit,
    now,
    problem: null,
  };
}

/** An answer may be older than what a person has changed since. */
function withRuns(runs: RunsList["runs"], changed: readonly RunSummary[]): RunsList["runs"] {
  const news = changed.filter(({ id, revision }) => revision > (runs.get(id)?.revision ?? 0));
  if (news.length === 0) return runs;
  return new Map([...runs, ...news.map((run): [number, RunSummary] => [run.id, run])]);
}

/** Asks, through `after`, for what has changed after a revision, for as long as somebody listens. */
export function runsList$(
  after: (revision: number) => ObservableInput<RunList>,
  edited$: Observable<RunSummary>,
): Observable<RunsList> {
  return defer(() => {
    let revision = 0;
    let more = true;
    const answers$ = defer(() => after(revision)).pipe(
      tap((list) => {
        revision = list.runs.at(-1)?.revision ?? revision;
        more = list.more;
      }),
      map((list): RunsNews => ({ list })),
      catchError((error: Error) => {
        more = false;
        return of<RunsNews>({ problem: error.message });
      }),
      repeat({ delay: () => more ? of(0) : timer(POLL_MS) }),
    );
    return merge(answers$, edited$.pipe(map((edited): RunsNews => ({ edited })))).pipe(
      scan(reduceRuns, NO_RUNS),
      startWith(NO_RUNS),
    );
  });
}
