/** The bridge from Preact's signals to RxJS, the only one. */
import { effect } from "@preact/signals";
import { Observable } from "rxjs";

/** What `read` gives of signals, now and whenever one of them changes. */
export function fromSignals<T>(read: () => T): Observable<T> {
  return new Observable((subscriber) => effect(() => subscriber.next(read())));
}
