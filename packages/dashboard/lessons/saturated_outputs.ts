/** Output neurons that are wrong and saturated, under a loss that makes them learn slowly. */
import { distinctUntilChanged, map } from "rxjs";
import { formatPercent } from "../words/words.ts";
import type { Lesson } from "./lesson.ts";
import { blocks$ } from "./recent.ts";

/**
 * Half of the last layer's outputs are within 0.05 of an end, where a sigmoid's slope is less than a fifth of its largest (chapter 3
 * shows a neuron that starts at 0.98), ...
 */
const SATURATED_MIN = 0.5;
/** ... and it is not because they are right: at least a fifth of the answers of the last steps is wrong. */
const ACCURACY_MAX = 0.8;

/** Only with the quadratic loss, whose gradient has the sigmoid's slope as a factor. */
export const SATURATED_OUTPUTS: Lesson = {
  id: "saturated-outputs",
  title: "Wrong, and slow to learn it",
  text:
    "With the quadratic loss, what an output neuron learns is multiplied by its sigmoid's slope, and near 0 and 1 " +
    "there is hardly any. So neurons that are badly wrong learn the least. With the cross-entropy the slope " +
    "cancels, and the larger the error, the faster they learn.",
  where: {
    chapter: 3,
    section: "The cross-entropy cost function",
    anchor: "the_cross-entropy_cost_function",
  },
  figure$: (state$) =>
    blocks$(state$).pipe(
      map(({ state: { facts, inspected }, blocks: { accuracy } }) => {
        if (facts?.run.model.loss !== "quadratic" || accuracy === null) return null;
        const saturated = inspected?.layers.at(-1)?.saturated ?? 0;
        if (saturated < SATURATED_MIN || accuracy > ACCURACY_MAX) return null;
        return `${formatPercent(saturated, 0)} of the outputs are saturated, and ` +
          `${formatPercent(1 - accuracy, 0)} of the answers are wrong`;
      }),
      distinctUntilChanged(),
    ),
};
