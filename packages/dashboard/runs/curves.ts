/** The curves of runs that are compared. */
import { combineLatest, distinctUntilChanged, map, Observable, of, shareReplay, Subscription } from "rxjs";
import type { Line } from "../charts/line.ts";
import { epochLines$, type Split } from "../overview/epoch_lines.ts";
import { stepLines$ } from "../overview/step_lines.ts";
import type { RunStream } from "../run/run_stream.ts";

/** Lines are in the order of the ids. */
export interface Curves {
  ids: readonly number[];
  /** Of each step. */
  loss$: Observable<readonly Line[]>;
  /** Of each epoch. */
  accuracy: Record<Split, Observable<readonly Line[]>>;
  /** How many runs have not come whole yet, and why some cannot. */
  progress$: Observable<CurvesProgress>;
}

/** How far the curves are. */
export interface CurvesProgress {
  loading: number;
  problems: string[];
}

/** The curves of the runs that `ids$` names. A run is read once for as long as it is among them. */
export function curves$(
  ids$: Observable<readonly number[]>,
  open: (id: number) => RunStream,
): Observable<Curves> {
  return new Observable((subscriber) => {
    const kept = new Map<number, { stream: RunStream; hold: Subscription }>();
    const streamOf = (id: number): RunStream => {
      const known = kept.get(id);
      if (known !== undefined) return known.stream;
      const stream = open(id);
      const hold = new Subscription();
      hold.add(stream.state$.subscribe());
      hold.add(stream.connection$.subscribe());
      kept.set(id, { stream, hold });
      return stream;
    };
    const subscription = ids$.pipe(distinctUntilChanged((a, b) => a.join() === b.join())).subscribe((ids) => {
      for (const [id, { hold }] of kept) {
        if (ids.includes(id)) continue;
        hold.unsubscribe();
        kept.delete(id);
      }
      subscriber.next(curvesOf(ids, ids.map((id) => streamOf(id))));
    });
    return () => {
      subscription.unsubscribe();
      for (const { hold } of kept.values()) hold.unsubscribe();
    };
  });
}

function curvesOf(ids: readonly number[], streams: readonly RunStream[]): Curves {
  const all = <T>(of$: (stream: RunStream) => Observable<T>): Observable<readonly T[]> =>
    streams.length === 0 ? of([]) : combineLatest(streams.map(of$));
  const epochs$ = all(({ state$ }) => epochLines$(state$)).pipe(
    shareReplay({ bufferSize: 1, refCount: true }),
  );
  const accuracyOf = (split: Split) =>
    epochs$.pipe(map((runs) => runs.map(({ accuracy }) => accuracy[split])));
  return {
    ids,
    loss$: all(({ state$ }) => stepLines$(state$).pipe(map(({ loss }) => loss))),
    accuracy: { train: accuracyOf("train"), validation: accuracyOf("validation"), test: accuracyOf("test") },
    progress$: all(({ connection$ }) => connection$).pipe(
      map((connections) => ({
        loading: connections.filter(({ state }) => state === "connecting").length,
        problems: connections.flatMap((connection) =>
          connection.state === "missing" ? [connection.reason] : []
        ),
      })),
    ),
  };
}
