import { assert, assertEquals } from "@std/assert";
import { BehaviorSubject, map, of, Subscription } from "rxjs";
import { statesAfter, steps, update } from "../run/testing.ts";
import type { Lesson } from "./lesson.ts";
import { LESSONS, lessons$, type LessonsView } from "./lessons.ts";
import { type LessonsModel, lessonsModel } from "./lessons_model.ts";
import { begun, looked, stateAfter } from "./testing.ts";

/** A lesson that is on while the loss of the last step is larger than `bound`. */
function lossOver(id: string, bound: number): Lesson {
  return {
    id,
    title: id,
    text: "",
    where: { chapter: 3, section: "Overfitting", anchor: "overfitting" },
    figure$: (state$) =>
      state$.pipe(map(({ steps: { columns, length } }) => {
        const loss = length > 0 ? columns.loss[length - 1] : 0;
        return loss > bound ? String(loss) : null;
      })),
  };
}

const words = map(({ lessons, putAway }: LessonsView) =>
  lessons.map(({ id, figure, isNow }) => `${id} ${figure}${isNow ? "" : " past"}`).join(", ") + ` -${putAway}`
);

const ALL = [lossOver("high", 5), lossOver("low", 1)];
const none$ = of<ReadonlySet<string>>(new Set());

Deno.test("lessons$ keeps the order in which lessons appeared, and what is past stays with its last figure", () => {
  const [nothing, two, nine, zero, back] = statesAfter(
    update({ fromStart: true, events: [begun()] }),
    update({ steps: steps(1, [2]) }),
    update({ steps: steps(2, [9]) }),
    update({ steps: steps(3, [0]) }),
    update({ steps: steps(4, [3]) }),
  );
  const [other] = statesAfter(update({ fromStart: true, events: [begun()], steps: steps(1, [0]) }));
  const state$ = new BehaviorSubject(nothing);
  let last = "";
  lessons$(state$, none$, ALL).pipe(words).subscribe((text) => last = text);
  const told = [nothing, two, nine, zero, back, other].map((state) => {
    state$.next(state);
    return last;
  });
  assertEquals(told, [
    " -0",
    "low 2 -0",
    "low 9, high 9 -0",
    "low 9 past, high 9 past -0",
    "low 3, high 9 past -0",
    " -0",
  ]);
});

Deno.test("lessons$ takes nothing of one run over to the next", () => {
  const [first] = statesAfter(update({ fromStart: true, events: [begun()], steps: steps(1, [9]) }));
  const [second] = statesAfter(update({ fromStart: true, events: [begun()], steps: steps(1, [0]) }));
  const state$ = new BehaviorSubject(first);
  const told: string[] = [];
  lessons$(state$, none$, ALL).pipe(words).subscribe((text) => told.push(text));
  state$.next(second);
  assertEquals(told, ["high 9, low 9 -0", " -0"]);
});

Deno.test("what was put away is gone, counted, remembered by the tab, and can be brought back", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const deep = stateAfter([begun(), looked({ bias: 0.001, dead: 0.9 }, { bias: 1 }, { bias: 1 })]);
  const idsOf = ({ view: { value: { lessons, putAway } } }: LessonsModel) => [
    lessons.map(({ id }) => id),
    putAway,
  ];
  const state$ = new BehaviorSubject(deep);
  const subscription = new Subscription();
  const model = lessonsModel(state$, storage, subscription);
  assertEquals(idsOf(model), [["vanishing-gradient", "dead-units"], 0]);
  model.hide("vanishing-gradient");
  assertEquals(idsOf(model), [["dead-units"], 1]);
  const reloaded = lessonsModel(state$, storage, subscription);
  assertEquals(idsOf(reloaded), [["dead-units"], 1]);
  reloaded.bringBack();
  assertEquals(idsOf(reloaded), [["vanishing-gradient", "dead-units"], 0]);
  subscription.unsubscribe();
});

Deno.test("every lesson has a name of its own, two or three sentences, and a place in the book", () => {
  assertEquals(new Set(LESSONS.map(({ id }) => id)).size, LESSONS.length);
  for (const { text, where, id } of LESSONS) {
    const sentences = text.match(/[.?!](?=\s|$)/g)?.length ?? 0;
    assert(sentences >= 2 && sentences <= 4, `${id}: ${sentences} sentences`);
    assert(where.chapter >= 1 && where.chapter <= 6 && where.section.length > 0, id);
  }
});
