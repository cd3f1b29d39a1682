/** The bridge from signals to RxJS. */
import { effect, type ReadonlySignal } from "@preact/signals";
import { Observable } from "rxjs";

/** All values of a signal: the one that it has, at once, and those to come. */
export function valuesOf<T>(signal: ReadonlySignal<T>): Observable<T> {
  return new Observable((subscriber) => effect(() => subscriber.next(signal.value)));
}
