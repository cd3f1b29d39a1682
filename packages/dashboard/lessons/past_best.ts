/** The best epoch was long ago. */
import { distinctUntilChanged, map } from "rxjs";
import { formatPercent, plural } from "../words/words.ts";
import type { Lesson } from "./lesson.ts";

/** Chapter 3 stops when there was no improvement in ten epochs. */
const EPOCHS_MIN = 10;

/** By the validation split only: nothing is chosen by looking at test data. */
export const PAST_BEST: Lesson = {
  id: "past-best",
  title: "The best is behind",
  text:
    "Validation accuracy has not improved for a while, so more epochs may only teach the accidents of the training " +
    "samples. That is the time to stop, or to go on with a smaller learning rate. Both can be left to the run: " +
    "early stopping, and a schedule.",
  where: {
    chapter: 3,
    section: "How to choose a neural network's hyper-parameters?",
    anchor: "how_to_choose_a_neural_network's_hyper-parameters",
  },
  figure$: (state$) =>
    state$.pipe(
      map(({ epochs }) => epochs.at(-1)),
      distinctUntilChanged(),
      map((done) => {
        if (!done?.best || done.epoch - done.best.epoch < EPOCHS_MIN) return null;
        const { epoch, accuracy } = done.best;
        const ago = plural(done.epoch - epoch, "epoch");
        return `The best validation accuracy, ${
          formatPercent(accuracy)
        }, was ${ago} ago, after epoch ${epoch}`;
      }),
      distinctUntilChanged(),
    ),
};
