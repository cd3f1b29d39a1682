/** What the page knows of its looks at the model. */
import { type Observable, scan, startWith } from "rxjs";
import type { Look, LookNews } from "./model_now.ts";

/** The last look, and what goes on. */
export interface Looks {
  /** Null before the first one. */
  look: Look | null;
  /** Whether a person asked for it. */
  isAsked: boolean;
  progress:
    | { state: "idle" }
    | { state: "fetching"; done: number; count: number }
    | { state: "computing" }
    /** The coordinator's sentence, or the browser's. */
    | { state: "failed"; reason: string };
}

/** Nothing was looked at. */
export const NO_LOOKS: Looks = { look: null, isAsked: false, progress: { state: "idle" } };

/** A look that fails leaves the one before in place. */
export function looks$(news$: Observable<LookNews & { isAsked: boolean }>): Observable<Looks> {
  return news$.pipe(scan(reduceLooks, NO_LOOKS), startWith(NO_LOOKS));
}

function reduceLooks(before: Looks, news: LookNews & { isAsked: boolean }): Looks {
  switch (news.type) {
    case "fetching":
      return { ...before, progress: { state: "fetching", done: news.done, count: news.count } };
    case "computing":
      return { ...before, progress: { state: "computing" } };
    case "looked":
      return { look: news.look, isAsked: news.isAsked, progress: { state: "idle" } };
    case "failed":
      return { ...before, progress: { state: "failed", reason: news.reason } };
    default:
      return news satisfies never;
  }
}
