import { assertEquals } from "@std/assert";
import { BehaviorSubject, from, of } from "rxjs";
import { gradientPoint, LIMITS, type TrainingEvent, type WatchUpdate } from "@tributary/protocol";
import { emptyRunState, reduceRunState, type RunState } from "../run/run_state.ts";
import { epochDone, statesAfter, steps, update } from "../run/testing.ts";
import { asItWent } from "./as_it_went.ts";
import { lessons$, type LessonsView } from "./lessons.ts";
import { begun, looked } from "./testing.ts";

const none$ = of<ReadonlySet<string>>(new Set());

/** What a page shows that gets these updates, as "id figure (past)". */
function shownAfter(updates: WatchUpdate[]): string[] {
  let state: RunState = emptyRunState();
  const state$ = new BehaviorSubject(state);
  let view: LessonsView | null = null;
  const subscription = lessons$(state$, none$).subscribe((next) => view = next);
  for (const next of updates) state$.next(state = reduceRunState(state, next));
  subscription.unsubscribe();
  return view!.lessons.map(({ id, figure, isNow }) => `${id}: ${figure}${isNow ? "" : " (past)"}`);
}

/** Three epochs of 100 steps: the loss grows in the first one, whose answers are guesses; then it is learnt by heart, and then well. */
const EPOCHS: { losses: number[]; event: TrainingEvent }[] = [
  { losses: [2, ...new Array(99).fill(4)], event: at(1, { train: 0.1, validation: 0.1 }) },
  { losses: new Array(100).fill(1), event: at(2, { train: 0.99, validation: 0.8 }) },
  { losses: new Array(100).fill(0.5), event: at(3, { train: 0.99, validation: 0.98 }) },
];

function at(epoch: number, accuracies: Parameters<typeof epochDone>[1]): TrainingEvent {
  return { ...epochDone(epoch, accuracies), step: 100 * epoch } as TrainingEvent;
}

/** In the first epoch the first layer hardly learns; later it does. */
const LOOKS = [[50, 0.001], [250, 0.5]].map(([step, bias]) => ({
  ...looked({ bias }, { bias: 1 }, { bias: 1 }),
  step,
})) as Extract<TrainingEvent, { type: "layersInspected" }>[];

const LOSSES = EPOCHS.flatMap(({ losses }) => losses);
const WANTED = [
  "learning-rate: The loss grew from 2.000 to 4.000 (past)",
  "vanishing-gradient: The first layer's gradient is 1,000 times smaller than the last one's 1.000 (past)",
  "guessing: 10.0 % right; a guess among 10 is right 10.0 % of the time (past)",
  "overfitting: 99.0 % right in training, 80.0 % in validation (past)",
];

Deno.test("a page that looks on step by step, one that comes late, and one that gets the past in parts show the same lessons", () => {
  const [first, ...rest] = LOSSES;
  const stepByStep = [
    update({ fromStart: true, events: [begun()] }),
    update({ steps: steps(1, [first]) }),
    ...rest.flatMap((loss, i) => {
      const step = i + 2;
      const done = [...LOOKS.map((event) => ({ event })), ...EPOCHS].filter(({ event }) =>
        "step" in event && event.step === step
      );
      return [
        update({ steps: steps(step, [loss]) }),
        ...done.map(({ event }) => update({ events: [event] })),
      ];
    }),
  ];
  assertEquals(shownAfter(stepByStep), WANTED);
  const events = [begun(), ...EPOCHS.map(({ event }) => event), LOOKS[1]];
  const gradients = LOOKS.map(gradientPoint);
  assertEquals(shownAfter([update({ fromStart: true, events, gradients, steps: steps(1, LOSSES) })]), WANTED);
  for (const part of [7, 100, 130]) {
    const parts = Array.from(
      { length: Math.ceil(300 / part) },
      (_, i) => LOSSES.slice(part * i, part * (i + 1)),
    );
    const inParts = [
      update({ fromStart: true, events, gradients, stepsToCome: 300 }),
      // Each announces what follows it.
      ...parts.map((losses, i) =>
        update({ steps: steps(1 + part * i, losses), stepsToCome: 300 - Math.min(300, part * (i + 1)) })
      ),
    ];
    assertEquals(shownAfter(inParts), WANTED, `in parts of ${part}`);
  }
});

Deno.test("asItWent() tells each look into the layers that is kept from its own step on, the latest one whole", () => {
  const [first, second] = LOOKS.map((look, i) => ({ ...look, step: 15 + 10 * i }));
  const [state] = statesAfter(
    update({
      fromStart: true,
      events: [begun(), second],
      gradients: [first, second].map(gradientPoint),
      steps: steps(1, LOSSES.slice(0, 45)),
    }),
  );
  const seen: string[] = [];
  from([state]).pipe(asItWent()).subscribe(({ steps, inspected }) =>
    seen.push(`${steps.length}: ${inspected?.layers[0].trained?.gradientNorms.bias ?? "none"}`)
  );
  assertEquals(seen, [
    ..."10: none,15: none,15: 0.001,20: 0.001,25: 0.001,25: 0.5,30: 0.5,40: 0.5,45: 0.5".split(","),
  ]);
});

Deno.test("asItWent() tells a state that brings nothing new once", () => {
  const [state] = statesAfter(
    update({ fromStart: true, events: [begun()], steps: steps(1, LOSSES.slice(0, 45)) }),
  );
  let count = 0;
  from([state, { ...state, at: state.at + LIMITS.watchIntervalMs }]).pipe(asItWent()).subscribe(() =>
    count++
  );
  assertEquals(count, 6);
});
