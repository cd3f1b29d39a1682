/** A network that has learnt nothing yet. */
import { distinctUntilChanged, map } from "rxjs";
import { formatPercent } from "../words/words.ts";
import type { Lesson } from "./lesson.ts";

/** Right answers, against those of a guess among as many classes as there are outputs: at most half as many again. */
const TIMES_CHANCE_MAX = 1.5;

/** After the first epoch; chapter 3 begins its search for hyper-parameters with any learning that beats chance. */
export const GUESSING: Lesson = {
  id: "guessing",
  title: "No better than guessing",
  text:
    "A whole epoch has taught the network nothing. First get any learning at all: a simpler network, fewer samples " +
    "for quick attempts, and a learning rate that is ten times smaller or larger. Fine tuning comes later.",
  where: {
    chapter: 3,
    section: "How to choose a neural network's hyper-parameters?",
    anchor: "how_to_choose_a_neural_network's_hyper-parameters",
  },
  figure$: (state$) =>
    state$.pipe(
      map(({ facts, epochs }) => ({ facts, done: epochs.at(-1) })),
      distinctUntilChanged((a, b) => a.facts === b.facts && a.done === b.done),
      map(({ facts, done }) => {
        const classes = facts?.layers.at(-1)?.shape?.reduce((product, size) => product * size, 1) ?? 0;
        if (!done || classes < 2) return null;
        const { accuracy } = done.trainAtEnd ?? done.train;
        if (accuracy > TIMES_CHANCE_MAX / classes) return null;
        return `${formatPercent(accuracy, 1)} right; a guess among ${classes} is right ${
          formatPercent(1 / classes, 1)
        } of the time`;
      }),
      distinctUntilChanged(),
    ),
};
