/** Doing something that costs, as often as it may. */
import {
  asyncScheduler,
  defer,
  distinctUntilChanged,
  Observable,
  of,
  type OperatorFunction,
  Subscription,
  timer,
} from "rxjs";

/** How often it may be done. */
export interface Pace<T> {
  /** The pause after something that took so many milliseconds. */
  pauseMs(tookMs: number): number;
  /** Whether a value waits for nothing but the end of what is being done. */
  isUrgent(value: T): boolean;
  /** While this is false, only what is urgent is begun; has a value at once. By default, it is true. */
  isOpen$?: Observable<boolean>;
}

/**
 * Does `project` for a value, one at a time and with a pause after each. Of the values that come meanwhile only the last one is
 * kept, and done as soon as it may be. An error of `project` is an error of the result.
 */
export function pacedMap<T, R>(
  project: (value: T) => Observable<R>,
  { pauseMs, isUrgent, isOpen$ = of(true) }: Pace<T>,
): OperatorFunction<T, R> {
  return (source$) =>
    new Observable((subscriber) => {
      let waiting: { value: T } | null = null;
      let state: "free" | "busy" | "pausing" = "free";
      let isOpen = true;
      let hasCompleted = false;
      let pause = Subscription.EMPTY;
      const all = new Subscription();
      const goOn = () => {
        const isHurried = waiting !== null && isUrgent(waiting.value);
        if (state === "busy" || (state === "pausing" && !isHurried)) return;
        if (waiting !== null && (isOpen || isHurried)) start(waiting.value);
        else if (waiting === null && hasCompleted) subscriber.complete();
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
              state = "pausing";
              all.add(
                pause = timer(pauseMs(asyncScheduler.now() - started)).subscribe(() => {
                  state = "free";
                  goOn();
                }),
              );
              goOn();
            },
          }),
        );
      };
      all.add(
        isOpen$.pipe(distinctUntilChanged()).subscribe((now) => {
          isOpen = now;
          goOn();
        }),
      );
      all.add(source$.subscribe({
        next: (value) => {
          // What is urgent stays so, whatever comes after it.
          if (waiting === null || !isUrgent(waiting.value) || isUrgent(value)) waiting = { value };
          goOn();
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          hasCompleted = true;
          goOn();
        },
      }));
      return all;
    });
}
