/** Steps that are too long: the loss grows, or goes up and down. */
import { distinctUntilChanged, map } from "rxjs";
import { formatLoss } from "../words/words.ts";
import type { Lesson } from "./lesson.ts";
import { type Blocks, blocks$, BLOCKS_KEPT } from "./recent.ts";

/** The loss has grown: in the last two blocks it is a fifth larger than in the first step, before anything was learnt. */
const GROWN_MIN = 1.2;
const GROWN_BLOCKS = 2;
/**
 * It goes up and down, as in chapter 3 with η = 2.5: over the last eight blocks, the ways up and down are four times what was won, each one a
 * quarter of the loss, which is still half of what it was at first. Smaller or later swings may be noise of mini-batches.
 */
const SWINGS_TO_GAIN_MIN = 4;
const SWING_TO_LOSS_MIN = 0.25;
const LOSS_TO_FIRST_MIN = 0.5;

/** By the means of blocks of a tenth of an epoch. */
export const LEARNING_RATE: Lesson = {
  id: "learning-rate",
  title: "Steps that are too long",
  text:
    "The gradient says which way is down, but only nearby. A step that is too long lands on the other slope, " +
    "perhaps higher than before. Try a third of the learning rate, or a tenth, and raise it again once the loss falls.",
  where: {
    chapter: 3,
    section: "How to choose a neural network's hyper-parameters?",
    anchor: "how_to_choose_a_neural_network's_hyper-parameters",
  },
  figure$: (state$) =>
    blocks$(state$).pipe(
      map(({ blocks }) => blocks),
      distinctUntilChanged(),
      map(rateFigure),
      distinctUntilChanged(),
    ),
};

function rateFigure({ firstLoss, losses }: Blocks): string | null {
  const last = losses.at(-1);
  if (firstLoss === null || last === undefined) return null;
  if (!Number.isFinite(last)) return "The loss is no finite number any more";
  const grown = losses.slice(-GROWN_BLOCKS).filter((loss) => loss >= GROWN_MIN * firstLoss);
  if (grown.length === GROWN_BLOCKS) {
    return `The loss grew from ${formatLoss(firstLoss)} to ${formatLoss(last)}`;
  }
  if (losses.length < BLOCKS_KEPT) return null;
  const changes = losses.slice(1).map((loss, i) => loss - losses[i]);
  const swings = changes.reduce((sum, change) => sum + Math.abs(change), 0);
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const gain = Math.abs(last - losses[0]);
  const isSwinging = swings >= SWINGS_TO_GAIN_MIN * gain &&
    swings / changes.length >= SWING_TO_LOSS_MIN * mean && mean >= LOSS_TO_FIRST_MIN * firstLoss;
  if (!isSwinging) return null;
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  return `The loss goes up and down between ${formatLoss(low)} and ${formatLoss(high)}`;
}
