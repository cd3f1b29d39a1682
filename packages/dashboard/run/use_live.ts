/** What only one part of a view needs: subscribed to while that part is shown. */
import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { type Observable, Subscription } from "rxjs";
import { toSignal } from "./to_signal.ts";

/** A hook: a signal of the latest value of `source$`, which has one at once; the same Observable at every rendering. */
export function useLive<T>(source$: Observable<T>): ReadonlySignal<T> {
  const { signal, subscription } = useMemo(() => {
    const subscription = new Subscription();
    return { subscription, signal: toSignal(source$, subscription) };
  }, [source$]);
  useEffect(() => () => subscription.unsubscribe(), [subscription]);
  return signal;
}
