/** Letting values through that are worth it, and others now and then. */
import {
  asyncScheduler,
  defer,
  identity,
  map,
  type MonoTypeOperatorFunction,
  of,
  switchMap,
  tap,
  throttleTime,
  timer,
} from "rxjs";

/** What goes through, and when. */
export interface Pace<T> {
  /** `previous` is the value that went through last. */
  isWorthIt: (value: T, previous: T | undefined) => boolean;
  /** Nothing goes through within so many milliseconds of what went through; 0: at once. */
  minMs: number;
  /** What is not worth it goes through so many milliseconds after the value before, if it is the latest one then. */
  maxMs: number;
}

/** Each value that is worth it, and of the others the latest one after a while; the last one always. */
export function paced<T>({ isWorthIt, minMs, maxMs }: Pace<T>): MonoTypeOperatorFunction<T> {
  return (source$) =>
    defer(() => {
      let passedAt = -Infinity;
      let previous: T | undefined;
      return source$.pipe(
        minMs > 0 ? throttleTime(minMs, asyncScheduler, { leading: true, trailing: true }) : identity,
        switchMap((value) =>
          isWorthIt(value, previous)
            ? of(value)
            : timer(Math.max(0, passedAt + maxMs - asyncScheduler.now())).pipe(map(() => value))
        ),
        tap((value) => {
          passedAt = asyncScheduler.now();
          previous = value;
        }),
      );
    });
}
