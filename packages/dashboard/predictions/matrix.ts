/** The confusion matrix of a look. */
import { distinctUntilChanged, map, type Observable } from "rxjs";
import type { Look } from "./model_now.ts";
import type { Looks } from "./looks.ts";

/** With more classes, the mistakes are listed instead: 1,024 cells can still be seen and walked over. */
const MATRIX_CLASSES_MAX = 32;
/** Kinds of mistakes in such a list. */
const MISTAKES_MAX = 100;

/** A label, and what samples with it were taken for. */
export interface Cell {
  label: number;
  answer: number;
  count: number;
  /** Of all samples with that label, from 0 to 1; 0 where there are none. */
  share: number;
  /** How deep its colour is, from 0 to 1: of a right answer its share, of a mistake its share against the largest one. */
  depth: number;
}

/** Samples with one label. */
export interface MatrixRow {
  label: number;
  total: number;
  /** Share of right answers; null where there are no samples. */
  correct: number | null;
  /** One for each answer; none where there are too many classes. */
  cells: Cell[];
}

/** All samples. */
export interface Matrix {
  samples: number;
  correct: number;
  classes: number;
  /** In the order of the labels; empty where there are too many classes. */
  rows: MatrixRow[];
  /** The most frequent kinds of mistakes, the first one first; only where there are too many classes for rows. */
  mistakes: Cell[] | null;
}

/** Null before the first look. */
export function matrix$(looks$: Observable<Looks>): Observable<Matrix | null> {
  return looks$.pipe(
    map(({ look }) => look),
    distinctUntilChanged(),
    map((look) => look && matrixOf(look)),
  );
}

/** Counts the answers of a look. */
export function matrixOf({ answers, samples: { labels, classes, count } }: Look): Matrix {
  const counts = new Uint32Array(classes * classes);
  for (let s = 0; s < count; s++) counts[labels[s] * classes + answers[s]]++;
  const totals = Array.from(
    { length: classes },
    (_, label) => sum(counts.subarray(label * classes, (label + 1) * classes)),
  );
  const shareOf = (label: number, answer: number) =>
    totals[label] && counts[label * classes + answer] / totals[label];
  let largest = 0, correct = 0;
  for (let label = 0; label < classes; label++) {
    correct += counts[label * classes + label];
    for (let answer = 0; answer < classes; answer++) {
      if (label !== answer) largest = Math.max(largest, shareOf(label, answer));
    }
  }
  const cellOf = (label: number, answer: number): Cell => {
    const share = shareOf(label, answer);
    // The root makes rare mistakes visible beside frequent ones.
    const depth = label === answer ? share : largest && Math.sqrt(share / largest);
    return { label, answer, count: counts[label * classes + answer], share, depth };
  };
  const all = { samples: count, correct, classes };
  const numbers = [...totals.keys()];
  if (classes > MATRIX_CLASSES_MAX) {
    return { ...all, rows: [], mistakes: mistakesOf(counts, classes, cellOf) };
  }
  const rows = numbers.map((label): MatrixRow => ({
    label,
    total: totals[label],
    correct: totals[label] > 0 ? shareOf(label, label) : null,
    cells: numbers.map((answer) => cellOf(label, answer)),
  }));
  return { ...all, rows, mistakes: null };
}

function mistakesOf(
  counts: Uint32Array,
  classes: number,
  cellOf: (label: number, answer: number) => Cell,
): Cell[] {
  const mistakes: Cell[] = [];
  counts.forEach((count, i) => {
    const label = Math.floor(i / classes), answer = i % classes;
    if (count > 0 && label !== answer) mistakes.push(cellOf(label, answer));
  });
  return mistakes.sort((a, b) => b.count - a.count).slice(0, MISTAKES_MAX);
}

function sum(numbers: Uint32Array): number {
  return numbers.reduce((total, number) => total + number, 0);
}
