/** How an approximation goes on: asked for step by step, so that it moves at a pace that eyes can follow, and can stand still. */
import type { ConstructionEvent, FitEvent, TargetEvent } from "@tributary/core";
import {
  concat,
  debounceTime,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  NEVER,
  type Observable,
  of,
  scan,
  share,
  startWith,
  switchMap,
  take,
  tap,
  timer,
} from "rxjs";
import { isSameChoice } from "./choice.ts";
import type { ApproximationAnswer, ApproximationRequest, Choice } from "./messages.ts";

/** 50 pictures take four seconds. */
const FRAME_MS = 80;
/** A formula that is being written is not yet meant. */
const TYPING_MS = 250;

/** What is known of the function and of its two networks. */
export interface Approximation {
  /** Null until they are computed; of the last formula that could be read. */
  target: TargetEvent | null;
  construction: ConstructionEvent | null;
  fit: FitEvent | null;
  /** Whether the network has learnt all that it will. */
  isDone: boolean;
  /** Why the chosen function cannot be shown, or empty. */
  mistake: string;
}

/** A worker. */
export interface Computer extends Disposable {
  answers$: Observable<ApproximationAnswer>;
  send(request: ApproximationRequest): void;
}

/** What a person does. */
export interface ApproximationSources {
  choice$: Observable<Choice>;
  isPaused$: Observable<boolean>;
  /** Once more from the start. */
  again$: Observable<void>;
  /** Starts a worker; it is ended with the subscription. */
  open(): Computer;
}

/** Before the first answer. */
export const NO_APPROXIMATION: Approximation = {
  target: null,
  construction: null,
  fit: null,
  isDone: false,
  mistake: "",
};

/** Begins anew with each choice. What is shown stays until there is something new to show. */
export function approximation$(
  { choice$, isPaused$, again$, open }: ApproximationSources,
): Observable<Approximation> {
  return defer(() => {
    const computer = open();
    let id = 0;
    const chosen$ = choice$.pipe(distinctUntilChanged(isSameChoice));
    const meant$ = concat(chosen$.pipe(take(1)), chosen$.pipe(debounceTime(TYPING_MS))).pipe(
      distinctUntilChanged(isSameChoice),
      switchMap((choice) => again$.pipe(startWith(undefined), map(() => choice))),
    );
    return meant$.pipe(
      switchMap((choice) => answersTo({ type: "start", id: ++id, choice }, computer, isPaused$)),
      scan(reduce, NO_APPROXIMATION),
      startWith(NO_APPROXIMATION),
      finalize(() => computer[Symbol.dispose]()),
    );
  });
}

/** All answers: after each one, the next is asked for when its time has come. Only the learning is paced and can be paused. */
function answersTo(
  start: ApproximationRequest,
  { answers$, send }: Computer,
  isPaused$: Observable<boolean>,
): Observable<ApproximationAnswer> {
  const own$ = answers$.pipe(filter(({ id }) => id === start.id), share());
  const frame$ = isPaused$.pipe(switchMap((isPaused) => isPaused ? NEVER : timer(FRAME_MS)), take(1));
  const next$ = own$.pipe(
    switchMap((answer) => answer.type !== "event" ? EMPTY : answer.event.type === "fit" ? frame$ : of(0)),
    tap(() => send({ type: "next", id: start.id })),
    ignoreElements(),
  );
  const begin$ = defer(() => {
    send(start);
    return EMPTY;
  });
  return merge(own$, next$, begin$);
}

function reduce(state: Approximation, answer: ApproximationAnswer): Approximation {
  if (answer.type === "done") return { ...state, isDone: true };
  if (answer.type === "mistake") return { ...state, isDone: true, mistake: answer.reason };
  const { event } = answer;
  switch (event.type) {
    case "target":
      return { ...NO_APPROXIMATION, target: event };
    case "construction":
      return { ...state, construction: event };
    case "fit":
      return { ...state, fit: event };
    default:
      return event satisfies never;
  }
}
