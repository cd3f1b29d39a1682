/** A page of pictures of weights, as they are now. */
import { combineLatest, distinctUntilChanged, map, type Observable, of, switchMap } from "rxjs";
import type { RunState } from "../run/run_state.ts";
import { formatCount, plural } from "../words/words.ts";
import type { TensorNews } from "./current_tensor.ts";
import { notPictured, type Pictured, picturedLayers, pictureLabel, weightsOf } from "./pictured.ts";
import { shortened } from "./spread.ts";

/** Pictures of a page: few enough to be drawn anew each second, and a multiple of most numbers of columns. */
export const PAGE_PICTURES = 24;

/** Names in the address. */
export const PICTURES_PARAMS = { tensor: "pictures", page: "pictures-page", opened: "picture" } as const;

/** What the card shows. */
export interface PicturesView {
  /** Weights that can be chosen, by tensor. */
  choices: { name: string; label: string }[];
  /** The tensor that is shown; null where there is none. */
  chosen: string | null;
  /** When the pictures were seen, or why there are none. */
  note: string;
  pictures: Picture[];
  /** From 1. */
  page: number;
  pages: number;
  /** Such as "Units 25 to 48 of 100". */
  pageLabel: string;
  /** The colours go from minus this to this; null until the weights are known. */
  scale: number | null;
  /** The picture that is shown large. */
  opened: Picture | null;
  /** Pictures in all. */
  count: number;
}

/** The weights of one unit from one map. */
export interface Picture {
  /** From 0. */
  index: number;
  label: string;
  width: number;
  height: number;
  /** Row by row; null until they are known. */
  weights: Float32Array | null;
  /** Such as "-0.25 to 0.5"; empty until it is known. */
  range: string;
  /** The size of its largest weight: the scale of the picture by itself. */
  scale: number | null;
}

/** What is needed beside the run. */
export interface PicturesSources {
  state$: Observable<RunState>;
  params$: Observable<URLSearchParams>;
  /** A tensor as it is now, again and again. */
  tensor$(name: string): Observable<TensorNews>;
}

const NONE: PicturesView = {
  choices: [],
  chosen: null,
  note: "No run yet.",
  pictures: [],
  page: 1,
  pages: 1,
  pageLabel: "",
  scale: null,
  opened: null,
  count: 0,
};

/** Fetches the chosen weights for as long as it is subscribed to. */
export function pictures$({ state$, params$, tensor$ }: PicturesSources): Observable<PicturesView> {
  const facts$ = state$.pipe(map(({ facts }) => facts), distinctUntilChanged());
  const hasEnded$ = state$.pipe(map(({ ended }) => ended !== null), distinctUntilChanged());
  const name$ = params$.pipe(map((params) => params.get(PICTURES_PARAMS.tensor)), distinctUntilChanged());
  return combineLatest([facts$, name$]).pipe(switchMap(([facts, name]) => {
    if (facts === null) return of(NONE);
    const choices = picturedLayers(facts);
    const chosen = choices.find((choice) => choice.name === name) ?? choices[0];
    if (chosen === undefined) return of({ ...NONE, note: notPictured(facts) });
    const news$: Observable<TensorNews> = chosen.tooLarge === ""
      ? tensor$(chosen.name)
      : of({ tensor: null, mistake: chosen.tooLarge });
    return combineLatest([news$, hasEnded$, params$]).pipe(
      map(([news, hasEnded, params]) => viewOf({ choices, chosen, news, hasEnded, params })),
    );
  }));
}

interface Shown {
  choices: Pictured[];
  chosen: Pictured;
  news: TensorNews;
  hasEnded: boolean;
  params: URLSearchParams;
}

function viewOf({ choices, chosen, news, hasEnded, params }: Shown): PicturesView {
  const count = chosen.units * chosen.channels;
  const isWhole = news.tensor?.values.length === count * chosen.width * chosen.height;
  const values = isWhole ? news.tensor!.values : null;
  const picture = (index: number) => pictureOf(chosen, values, index);
  const pages = Math.max(1, Math.ceil(count / PAGE_PICTURES));
  const page = wholeNumber(params.get(PICTURES_PARAMS.page), pages) ?? 1;
  const opened = wholeNumber(params.get(PICTURES_PARAMS.opened), count);
  const first = (page - 1) * PAGE_PICTURES;
  const shown = Math.min(PAGE_PICTURES, count - first);
  return {
    choices: choices.map(({ name, label }) => ({ name, label })),
    chosen: chosen.name,
    note: noteOf(chosen, news, hasEnded),
    // Nothing takes room that will never come.
    pictures: chosen.tooLarge ? [] : Array.from({ length: shown }, (_, i) => picture(first + i)),
    page,
    pages,
    pageLabel: `${first + 1} to ${first + shown} of ${plural(count, "picture")}`,
    scale: values === null ? null : largest(values),
    opened: opened === null || chosen.tooLarge ? null : picture(opened - 1),
    count,
  };
}

function pictureOf(chosen: Pictured, values: Float32Array | null, index: number): Picture {
  const { width, height } = chosen;
  const weights = values && weightsOf(chosen, values, index);
  return {
    index,
    label: pictureLabel(chosen, index),
    width,
    height,
    weights,
    range: weights ? rangeOf(weights) : "",
    scale: weights && largest(weights),
  };
}

function noteOf({ note, tooLarge }: Pictured, { tensor, mistake }: TensorNews, hasEnded: boolean): string {
  if (tooLarge) return tooLarge;
  if (tensor === null && hasEnded) return "The run has ended; weights are seen only while it goes on.";
  if (tensor === null) return mistake ? `The weights did not come: ${mistake}` : "Asking for the weights.";
  const seen = `After step ${formatCount(tensor.step)}.`;
  return [seen, mistake && !hasEnded ? `Newer ones did not come: ${mistake}` : "", note].filter(Boolean).join(
    " ",
  );
}

function rangeOf(weights: Float32Array): string {
  let min = Infinity, max = -Infinity;
  for (const weight of weights) {
    if (!Number.isFinite(weight)) continue;
    min = Math.min(min, weight);
    max = Math.max(max, weight);
  }
  return min <= max ? `${shortened(min)} to ${shortened(max)}` : "no finite weight";
}

function largest(values: Float32Array): number {
  let size = 0;
  for (const value of values) if (Number.isFinite(value)) size = Math.max(size, Math.abs(value));
  return size;
}

/** A whole number from 1 to `most`; null for any other text. */
function wholeNumber(text: string | null, most: number): number | null {
  const value = Number(text ?? NaN);
  return Number.isInteger(value) && value >= 1 && value <= most ? value : null;
}
