/** A tensor of the network, looked at again and again while it changes. */
import {
  asyncScheduler,
  catchError,
  combineLatest,
  concat,
  defer,
  filter,
  ignoreElements,
  map,
  NEVER,
  Observable,
  of,
  repeat,
  startWith,
  switchMap,
  take,
  timer,
} from "rxjs";
import { reconnectPauseMs } from "@tributary/protocol";
import { lastOf } from "../run/history.ts";
import type { Request } from "../run/request.ts";
import type { RunState } from "../run/run_state.ts";

/** An eye needs no more, */
const PAUSE_MIN_MS = 1_000;
/** and a slow or large one must not keep the line busy: at most a twentieth of the time, and 400 KB a second. */
const PAUSE_FACTOR = 20;
const BYTES_PER_MS = 400;

/** A tensor as it was after `step` updates. */
export interface Tensor {
  step: number;
  shape: number[];
  /** Row-major. */
  values: Float32Array;
}

/** The last one that came, null before the first one; and why the last attempt brought none, else empty. */
export interface TensorNews {
  tensor: Tensor | null;
  mistake: string;
}

/** What is needed to look at a tensor. */
export interface TensorSources {
  /** Fetches it once. */
  fetch$: Observable<Tensor>;
  state$: Observable<RunState>;
  /** Whether anybody can see it. */
  isShown$: Observable<boolean>;
}

/**
 * Fetches a tensor at once, then whenever the run has gone on, after a pause that grows with what fetching costs. What fails
 * is tried again, more and more rarely; nothing is tried after the run's end.
 */
export function currentTensor$({ fetch$, state$, isShown$ }: TensorSources): Observable<TensorNews> {
  return defer(() => {
    let news: TensorNews = { tensor: null, mistake: "" };
    let failures = 0;
    let pauseMs = 0;
    const look$ = defer(() => {
      const askedAt = asyncScheduler.now();
      return fetch$.pipe(
        map((tensor) => {
          failures = 0;
          pauseMs = pauseAfter(asyncScheduler.now() - askedAt, tensor);
          return news = { tensor, mistake: "" };
        }),
        catchError((error) => {
          pauseMs = Math.max(PAUSE_MIN_MS, reconnectPauseMs(++failures, 0.5));
          return of(news = { ...news, mistake: error.message });
        }),
      );
    });
    const isDue = ([{ ended, steps }, isShown]: [RunState, boolean]) =>
      isShown && !ended && (lastOf(steps, "step") ?? 0) !== news.tensor?.step;
    const due$ = concat(combineLatest([state$, isShown$]), NEVER).pipe(filter(isDue), take(1));
    const wait$ = defer(() => timer(pauseMs).pipe(switchMap(() => due$), ignoreElements()));
    return concat(look$, wait$).pipe(repeat(), startWith(news));
  });
}

function pauseAfter(tookMs: number, { values }: Tensor): number {
  return Math.max(PAUSE_MIN_MS, PAUSE_FACTOR * tookMs, values.byteLength / BYTES_PER_MS);
}

/** Asks the coordinator for a tensor; who is no longer interested ends the request. */
export function fetchTensor(request: Request, name: string): Observable<Tensor> {
  return new Observable<Tensor>((subscriber) => {
    const controller = new AbortController();
    request(`/tensors/${name}`, { signal: controller.signal }).then(readTensor).then(
      (tensor) => {
        subscriber.next(tensor);
        subscriber.complete();
      },
      (error) => subscriber.error(error),
    );
    return () => controller.abort();
  });
}

async function readTensor(response: Response): Promise<Tensor> {
  const step = Number(response.headers.get("x-tributary-step"));
  const shape = (response.headers.get("x-tributary-shape") ?? "").split(",").map(Number);
  return { step, shape, values: new Float32Array(await response.arrayBuffer()) };
}
