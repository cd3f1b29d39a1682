/** The samples behind a cell of the matrix, or the worst mistakes of all. */
import { combineLatest, distinctUntilChanged, map, type Observable } from "rxjs";
import type { Look } from "./model_now.ts";
import type { Looks } from "./looks.ts";
import type { SampleSet } from "./samples.ts";

/** Samples on one page: rows of 3, 4, 6 and 8 are full. */
export const GALLERY_PAGE = 24;

/** A sample and what the model said of it. */
export interface GalleryItem {
  sample: number;
  label: number;
  answer: number;
  /** The output of the answer. */
  confidence: number;
  loss: number;
}

/** One page of samples. */
export interface Gallery {
  /** The cell that they are behind; null for the worst mistakes. */
  cell: { label: number; answer: number } | null;
  /** Of all pages. */
  total: number;
  items: GalleryItem[];
  /** From 1. */
  page: number;
  pages: number;
  /** Null before the first look. */
  samples: SampleSet | null;
}

/** What is chosen stands in the address: `cell=4-9&page=2`. The largest loss comes first. */
export function gallery$(
  looks$: Observable<Looks>,
  params$: Observable<URLSearchParams>,
): Observable<Gallery> {
  const look$ = looks$.pipe(map(({ look }) => look), distinctUntilChanged());
  const chosen$ = params$.pipe(
    map((params) => ({ cell: params.get("cell"), page: params.get("page") })),
    distinctUntilChanged((a, b) => a.cell === b.cell && a.page === b.page),
  );
  return combineLatest([look$, chosen$]).pipe(
    map(([look, { cell, page }]) => galleryOf(look, cellNamed(cell), Number(page) || 1)),
  );
}

/** "4-9" is label 4, answered as 9. */
export function cellName({ label, answer }: { label: number; answer: number }): string {
  return `${label}-${answer}`;
}

function cellNamed(name: string | null): Gallery["cell"] {
  const [, label, answer] = name?.match(/^(\d{1,3})-(\d{1,3})$/) ?? [];
  return label === undefined ? null : { label: Number(label), answer: Number(answer) };
}

function galleryOf(look: Look | null, cell: Gallery["cell"], wanted: number): Gallery {
  const chosen = look === null ? [] : chosenSamples(look, cell);
  const pages = Math.max(1, Math.ceil(chosen.length / GALLERY_PAGE));
  const page = Math.min(pages, Math.max(1, Math.floor(wanted)));
  const shown = chosen.slice((page - 1) * GALLERY_PAGE, page * GALLERY_PAGE);
  return {
    cell,
    total: chosen.length,
    items: shown.map((sample) => itemOf(look!, sample)),
    page,
    pages,
    samples: look?.samples ?? null,
  };
}

function chosenSamples({ answers, losses, samples: { labels } }: Look, cell: Gallery["cell"]): number[] {
  const chosen: number[] = [];
  answers.forEach((answer, s) => {
    const isChosen = cell ? labels[s] === cell.label && answer === cell.answer : labels[s] !== answer;
    if (isChosen) chosen.push(s);
  });
  // What is no number is worse than any loss.
  const size = (s: number) => Number.isNaN(losses[s]) ? Infinity : losses[s];
  return chosen.sort((a, b) => size(a) === size(b) ? a - b : size(b) - size(a));
}

function itemOf({ answers, confidences, losses, samples: { labels } }: Look, sample: number): GalleryItem {
  return {
    sample,
    label: labels[sample],
    answer: answers[sample],
    confidence: confidences[sample],
    loss: losses[sample],
  };
}
