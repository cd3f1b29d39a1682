/** What a lesson is: something that the book teaches, shown when a run shows it. */
import type { Observable } from "rxjs";
import type { RunState } from "../run/run_state.ts";

/** A lesson, before it is seen in a run. */
export interface Lesson {
  /** Never changes: what was put away is remembered by it. */
  id: string;
  title: string;
  /** Two or three sentences. */
  text: string;
  /** Where to read on. */
  where: { chapter: number; section: string; anchor: string };
  /** The figures of the run that make it a lesson, in words; null while they do not. Has a value at once. */
  figure$(state$: Observable<RunState>): Observable<string | null>;
}

/** The address of the book's section, for a person who clicks. */
export function bookAddress({ chapter, anchor }: Lesson["where"]): string {
  return `http://neuralnetworksanddeeplearning.com/chap${chapter}.html#${anchor}`;
}
