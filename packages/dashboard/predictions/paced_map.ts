/** Doing something that costs, as often as it may. */
import { asyncScheduler, defer, Observable, type OperatorFunction, Subscription, timer } from "rxjs";

/** How often it may be done. */
export interface Pace<T> {
  /** The pause after something that took so many milliseconds. */
  pauseMs(tookMs: number): number;
  /** Whether a value does not wait for the end of a pause. */
  isUrgent(value: T): boolean;
}

/**
 * Does `project` for a value, one at a time and with a pause after each. Of the values that come meanwhile only the last one is
 * kept, and done as soon as it may be. An error of `project` is an error of the result.
 */
export function pacedMap<T, R>(
  project: (value: T) => Observable<R>,
  { pauseMs, isUrgent }: Pace<T>,
): OperatorFunction<T, R> {
  return (source$) =>
    new Observable((subscriber) => {
      let waiting: { value: T } | null = null;
      let state: "free" | "busy" | "pausing" = "free";
      let hasCompleted = false;
      let pause = Subscription.EMPTY;
      const all = new Subscription();
      const next = () => {
        if (waiting !== null) return start(waiting.value);
        state = "free";
        if (hasCompleted) subscriber.complete();
      };
      const start = (value: T) => {
        waiting = null;
        state = "busy";
        pause.unsubscribe();
        const started = asyncScheduler.now();
        all.add(
          defer(() => project(value)).subscribe({
            next: (result) => subscriber.next(result),
            error: (error) => subscriber.error(error),
            complete: () => {
              if (waiting !== null && isUrgent(waiting.value)) return next();
              state = "pausing";
              const ms = pauseMs(asyncScheduler.now() - started);
              all.add(pause = timer(ms).subscribe(next));
            },
          }),
        );
      };
      all.add(source$.subscribe({
        next: (value) => {
          // What is urgent stays so, whatever comes after it.
          if (state === "busy" && waiting !== null && isUrgent(waiting.value) && !isUrgent(value)) return;
          if (state === "free" || (state === "pausing" && isUrgent(value))) start(value);
          else waiting = { value };
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          hasCompleted = true;
          if (state === "free") subscriber.complete();
        },
      }));
      return all;
    });
}
