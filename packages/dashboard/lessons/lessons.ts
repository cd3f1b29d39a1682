/** The lessons of a run: those that it has shown, in the order in which it did. */
import { combineLatest, connect, distinctUntilChanged, map, type Observable, scan, switchMap } from "rxjs";
import type { RunState } from "../run/run_state.ts";
import { asItWent } from "./as_it_went.ts";
import { DEAD_UNITS } from "./dead_units.ts";
import { GUESSING } from "./guessing.ts";
import { LEARNING_RATE } from "./learning_rate.ts";
import { bookAddress, type Lesson } from "./lesson.ts";
import { OVERFITTING } from "./overfitting.ts";
import { PAST_BEST } from "./past_best.ts";
import { SATURATED_OUTPUTS } from "./saturated_outputs.ts";
import { VANISHING_GRADIENT } from "./vanishing_gradient.ts";

/** All that there are. */
export const LESSONS: readonly Lesson[] = [
  GUESSING,
  LEARNING_RATE,
  SATURATED_OUTPUTS,
  VANISHING_GRADIENT,
  DEAD_UNITS,
  OVERFITTING,
  PAST_BEST,
];

/** What the card shows. */
export interface LessonsView {
  /** A new one is always the last, so that none is moved. */
  lessons: ShownLesson[];
  /** How many were put away. */
  putAway: number;
}

/** A lesson that a run has shown. */
export interface ShownLesson {
  id: string;
  title: string;
  text: string;
  /** The figures that made it appear, as they are now, or were when it was last so. */
  figure: string;
  /** Whether it is so now. */
  isNow: boolean;
  /** Such as "Chapter 3, Overfitting and regularization". */
  where: string;
  address: string;
}

/**
 * A lesson stays for as long as the run is shown: what flickers at its threshold does not come and go. Those of a past that the page did not
 * see are found in what it is told of it. Of `state$`, the latest value is there at once.
 */
export function lessons$(
  state$: Observable<RunState>,
  putAway$: Observable<ReadonlySet<string>>,
  all: readonly Lesson[] = LESSONS,
): Observable<LessonsView> {
  const origin$ = state$.pipe(map(({ steps }) => steps.origin), distinctUntilChanged());
  // Another history begins anew: nothing of the last one is left in the figures.
  const shown$ = origin$.pipe(
    switchMap(() =>
      state$.pipe(
        asItWent(),
        // All listen before the past is told.
        connect((told$) => combineLatest(all.map(({ figure$ }) => figure$(told$)))),
        scan((shown, figures) => withFigures(shown, all, figures), [] as readonly ShownLesson[]),
      )
    ),
  );
  return combineLatest([shown$, putAway$]).pipe(map(([shown, putAway]) => {
    const lessons = shown.filter(({ id }) => !putAway.has(id));
    return { lessons, putAway: shown.length - lessons.length };
  }));
}

function withFigures(
  shown: readonly ShownLesson[],
  all: readonly Lesson[],
  figures: readonly (string | null)[],
): ShownLesson[] {
  const figureOf = new Map(all.map(({ id }, i) => [id, figures[i]]));
  const before = shown.map((lesson) => {
    const figure = figureOf.get(lesson.id) ?? null;
    return { ...lesson, isNow: figure !== null, figure: figure ?? lesson.figure };
  });
  const fresh = all.flatMap((lesson, i) => {
    const figure = figures[i];
    if (figure === null || shown.some(({ id }) => id === lesson.id)) return [];
    const { id, title, text, where } = lesson;
    return [{
      id,
      title,
      text,
      figure,
      isNow: true,
      where: `Chapter ${where.chapter}, ${where.section}`,
      address: bookAddress(where),
    }];
  });
  return [...before, ...fresh];
}
