/** The bridge from RxJS to Preact, the only one. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Observable, Subscription } from "rxjs";

/**
 * A signal that holds the latest value of `source$`, until `subscription` ends.
 *
 * @throws {TypeError} when `source$` has no value at once: a signal always has one.
 */
export function toSignal<T>(source$: Observable<T>, subscription: Subscription): ReadonlySignal<T> {
  let latest: Signal<T> | undefined;
  subscription.add(source$.subscribe((value) => {
    if (latest) latest.value = value;
    else latest = signal(value);
  }));
  if (!latest) {
    throw new TypeError("Cannot make a signal of an Observable that has no value when it is subscribed to");
  }
  return latest;
}
