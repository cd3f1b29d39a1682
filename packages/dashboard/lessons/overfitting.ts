/** What is learnt holds for the training samples only. */
import { distinctUntilChanged, map } from "rxjs";
import { formatPercent } from "../words/words.ts";
import type { Lesson } from "./lesson.ts";

/**
 * Points between training and validation accuracy: chapter 3 has 18 with 1,000 training images, which it calls overfitting, and 2.5 with
 * 50,000, which it calls much less of it.
 */
const GAP_MIN = 0.05;

/** By the last epoch that is done; against the test split where there is no validation split. */
export const OVERFITTING: Lesson = {
  id: "overfitting",
  title: "Learnt by heart",
  text:
    "The network does much better on the samples that it trains with than on others: it learns their accidents, " +
    "too. More data helps most. Where there is no more, weight decay, dropout, expanded data or an earlier end do.",
  where: {
    chapter: 3,
    section: "Overfitting and regularization",
    anchor: "overfitting_and_regularization",
  },
  figure$: (state$) =>
    state$.pipe(
      map(({ epochs }) => epochs.at(-1)),
      distinctUntilChanged(),
      map((done) => {
        const judged = done?.validation ?? done?.test;
        if (!done || !judged) return null;
        const train = (done.trainAtEnd ?? done.train).accuracy;
        if (!(train - judged.accuracy >= GAP_MIN)) return null;
        const other = done.validation ? "validation" : "test";
        return `${formatPercent(train, 1)} right in training, ${
          formatPercent(judged.accuracy, 1)
        } in ${other}`;
      }),
      distinctUntilChanged(),
    ),
};
