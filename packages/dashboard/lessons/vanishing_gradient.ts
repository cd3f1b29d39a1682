/** The first layers learn much more slowly than the last ones. */
import { distinctUntilChanged, map } from "rxjs";
import { formatCount, formatLoss } from "../words/words.ts";
import type { Lesson } from "./lesson.ts";

/**
 * The first layer has less than a tenth of the last one's gradient, as the norm by the biases, which is how chapter 5 measures the speed
 * of learning. Its own network of four hidden layers has about a hundredth there, that of two about a half.
 */
const RATIO_MAX = 0.1;
/** With fewer layers there is hardly a way for it to vanish. */
const LAYERS_MIN = 3;

/** Whatever the layers are: sigmoids do it, and others can. */
export const VANISHING_GRADIENT: Lesson = {
  id: "vanishing-gradient",
  title: "The first layers hardly learn",
  text:
    "On its way back, the gradient is multiplied by weights and slopes at each layer. A sigmoid's slope is at most " +
    "a quarter, so it mostly shrinks, and the layers that see the input first change the least. Rectified linear units, " +
    "another start or fewer layers help.",
  where: {
    chapter: 5,
    section: "The vanishing gradient problem",
    anchor: "the_vanishing_gradient_problem",
  },
  figure$: (state$) =>
    state$.pipe(
      map(({ inspected }) => inspected?.layers ?? []),
      distinctUntilChanged(),
      map((layers) => {
        const norms = layers.flatMap(({ trained }) => trained ? [trained.gradientNorms.bias] : []);
        if (norms.length < LAYERS_MIN) return null;
        const first = norms[0], last = norms.at(-1)!;
        if (!(first < RATIO_MAX * last && Number.isFinite(last))) return null;
        const times = first > 0
          ? `${formatCount(Number((last / first).toPrecision(2)))} times smaller than`
          : "0, against";
        return `The first layer's gradient is ${times} the last one's ${formatLoss(last)}`;
      }),
      distinctUntilChanged(),
    ),
};
