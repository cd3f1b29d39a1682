import { assertEquals } from "@std/assert";
import { BehaviorSubject, map, type Observable, of } from "rxjs";
import type { TrainingEvent } from "@tributary/protocol";
import type { RunState } from "../run/run_state.ts";
import { FACTS, marbles, RUN_ENDED, RUN_STARTED, statesAfter, update } from "../run/testing.ts";
import type { TensorNews } from "./current_tensor.ts";
import { pictures$, type PicturesView } from "./pictures.ts";

/** 50 units that see 6 x 5 inputs, and no picture behind them. */
function started(units: number, input = [6, 5]): TrainingEvent {
  const layers = [
    { type: "dense", units, activation: "sigmoid" },
    { type: "dense", units: 10, activation: "softmax" },
  ];
  const facts = {
    ...FACTS,
    run: { ...FACTS.run, model: { ...FACTS.run.model, input, layers } },
    layers: [{ name: "", parameters: 1, shape: [units] }, { name: "", parameters: 1, shape: [10] }],
  };
  return { ...RUN_STARTED, facts } as TrainingEvent;
}

const [nothing, run] = statesAfter(update(), update({ events: [started(50)] }));
const [, ended] = statesAfter(update({ events: [started(50)] }), update({ events: [RUN_ENDED] }));

/** Weight i of unit u is (50 i + u) / 100 - 1. */
const TENSOR = {
  step: 1_200,
  shape: [30, 50],
  values: Float32Array.from({ length: 1_500 }, (_, i) => i / 100 - 1),
};

function viewOf(state: RunState, news: TensorNews, search = ""): PicturesView {
  let view: PicturesView | null = null;
  pictures$({ state$: of(state), params$: of(new URLSearchParams(search)), tensor$: () => of(news) })
    .subscribe((value) => view = value);
  return view!;
}

const SEEN: TensorNews = { tensor: TENSOR, mistake: "" };

Deno.test("pictures$ keeps the places of a page's pictures before the weights are known", () => {
  const { pictures, note, scale, pageLabel } = viewOf(run, { tensor: null, mistake: "" });
  assertEquals([pictures.length, pictures[0].weights, pictures[0].label], [24, null, "Unit 1"]);
  assertEquals([note, scale, pageLabel], ["Asking for the weights.", null, "1 to 24 of 50 pictures"]);
});

Deno.test("pictures$ gives each unit its own weights, and one scale to all", () => {
  const { pictures, note, scale } = viewOf(run, SEEN);
  assertEquals([pictures[3].width, pictures[3].height, pictures[3].weights!.length], [5, 6, 30]);
  assertEquals([...pictures[3].weights!.slice(0, 2)], [TENSOR.values[3], TENSOR.values[53]]);
  assertEquals([note, scale], ["After step 1,200.", TENSOR.values.at(-1)]);
  assertEquals(pictures[3].range, "-0.97 to 14");
});

Deno.test("pictures$ turns to the page and opens the picture that the address names, and only ones that there are", () => {
  const { page, pages, pictures, pageLabel, opened } = viewOf(run, SEEN, "pictures-page=3&picture=17");
  assertEquals([page, pages, pictures.map(({ label }) => label)], [3, 3, ["Unit 49", "Unit 50"]]);
  assertEquals([pageLabel, opened?.label], ["49 to 50 of 50 pictures", "Unit 17"]);
  for (const wrong of ["pictures-page=4&picture=51", "pictures-page=0&picture=x", "pictures-page=1.5"]) {
    const view = viewOf(run, SEEN, wrong);
    assertEquals([view.page, view.opened], [1, null], wrong);
  }
});

Deno.test("pictures$ says why there are none: no run, no picture, too large, an error, the end", () => {
  const [row, large] = [started(50, [783]), started(40_000)]
    .map((event) => statesAfter(update({ events: [event] }))[0]);
  const failed = { tensor: null, mistake: "Gone." };
  const notes: [PicturesView, string][] = [
    [viewOf(nothing, SEEN), "No run yet."],
    [viewOf(row, SEEN), "The network sees 783 numbers, which are no picture."],
    [viewOf(large, SEEN), "The layer has 1,200,000 weights; at most 1,048,576 are fetched for pictures."],
    [viewOf(run, failed), "The weights did not come: Gone."],
    [viewOf(ended, failed), "The run has ended; weights are seen only while it goes on."],
    [viewOf(run, { ...SEEN, mistake: "Gone." }), "After step 1,200. Newer ones did not come: Gone."],
  ];
  for (const [{ note }, wanted] of notes) assertEquals(note, wanted);
  assertEquals(viewOf(large, SEEN).pictures, []);
});

Deno.test("pictures$ draws nothing from a tensor of another size", () => {
  const { pictures, scale } = viewOf(run, {
    tensor: { ...TENSOR, values: TENSOR.values.slice(1) },
    mistake: "",
  });
  assertEquals([pictures[0].weights, scale], [null, null]);
});

Deno.test("pictures$ asks for the chosen weights alone, and for no others when the page is turned", () => {
  marbles(({ cold, flush }) => {
    const asked: string[] = [];
    const params$ = new BehaviorSubject(new URLSearchParams());
    cold("--a-b", { a: "pictures-page=2", b: "pictures=2.weight" })
      .subscribe((search) => params$.next(new URLSearchParams(search)));
    const tensor$ = (name: string): Observable<TensorNews> => {
      asked.push(name);
      return of(SEEN);
    };
    const pages: number[] = [];
    pictures$({ state$: cold("0-1", { 0: nothing, 1: run }), params$, tensor$ }).pipe(map(({ page }) => page))
      .subscribe((page) => pages.push(page));
    flush();
    // The second layer has no pictures: the first one is shown, from its start.
    assertEquals([asked, pages.at(-1)], [["1.weight", "1.weight"], 1]);
  });
});
