/** What the tests of lessons share. */
import type { HISTOGRAM_BINS, LayerInsight } from "@tributary/core";
import type { RunFacts, TrainingEvent } from "@tributary/protocol";
import type { RunState } from "../run/run_state.ts";
import { FACTS, marbles, RUN_STARTED, STARTED_AT, statesAfter, steps, update } from "../run/testing.ts";
import type { Lesson } from "./lesson.ts";

type Bins = typeof HISTOGRAM_BINS;

/** A run of 100 steps an epoch, so that a block has 10 steps. */
export function begun(changes: Partial<RunFacts["run"]["model"]> = {}): TrainingEvent {
  const model = { ...FACTS.run.model, ...changes };
  return {
    ...RUN_STARTED,
    facts: { ...FACTS, run: { ...FACTS.run, model }, stepsPerEpoch: 100 },
  } as TrainingEvent;
}

/** Layers of which only the gradients' norms by the biases, and the shares of stuck units, matter. */
export function looked(
  ...layers: { bias?: number | null; saturated?: number | null; dead?: number | null }[]
): TrainingEvent {
  const none = { min: 0, max: 0, counts: new Array<number>(30 satisfies Bins).fill(0), nan: 0, infinite: 0 };
  return {
    type: "layersInspected",
    at: STARTED_AT,
    step: 1,
    samples: 100,
    worker: "anvil",
    layers: layers.map(({ bias = 1, saturated = null, dead = null }): LayerInsight => ({
      trained: bias === null ? null : { gradientNorms: { weight: 1, bias }, weights: none, gradients: none },
      activations: none,
      saturated,
      dead,
    })),
  };
}

/** The state after these events, and blocks of ten steps with these losses, half of all answers being right. */
export function stateAfter(events: TrainingEvent[], blocks: number[] = []): RunState {
  const losses = blocks.flatMap((loss) => new Array<number>(10).fill(loss));
  return statesAfter(update({ fromStart: true, events, steps: steps(1, losses) }))[0];
}

/** Checks what a lesson says while states come, by marbles: each letter a state; "-" says nothing, null is no lesson. */
export function expectFigures(
  lesson: Lesson,
  { states, told, figures }: {
    states: Record<string, RunState>;
    told: string;
    figures: Record<string, string | null>;
  },
): void {
  marbles(({ cold, expectObservable }) => {
    expectObservable(lesson.figure$(cold(Object.keys(states).join(""), states))).toBe(told, figures);
  });
}
