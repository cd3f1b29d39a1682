/** Rectified linear units that are never on. */
import { distinctUntilChanged, map } from "rxjs";
import { formatPercent } from "../words/words.ts";
import type { Lesson } from "./lesson.ts";

/** Of one layer's units, on a probe of 100 samples. The book has no figure; a few dead ones do no harm. */
const DEAD_MIN = 0.4;

/** The worst layer counts. */
export const DEAD_UNITS: Lesson = {
  id: "dead-units",
  title: "Units that are never on",
  text:
    "A rectified linear unit whose weighted input is below 0 gives 0 and has no slope: it learns nothing from such a " +
    "sample. Where that is so for all samples it stays as it is. A smaller learning rate and a smaller start keep more of " +
    "them alive.",
  where: {
    chapter: 3,
    section: "Other models of artificial neuron",
    anchor: "other_models_of_artificial_neuron",
  },
  figure$: (state$) =>
    state$.pipe(
      map(({ inspected }) => inspected?.layers ?? []),
      distinctUntilChanged(),
      map((layers) => {
        let worst = 0;
        layers.forEach(({ dead }, layer) => {
          if ((dead ?? 0) > (layers[worst].dead ?? 0)) worst = layer;
        });
        const dead = layers[worst]?.dead ?? 0;
        return dead < DEAD_MIN
          ? null
          : `${formatPercent(dead, 0)} of the units of layer ${worst + 1} are dead`;
      }),
      distinctUntilChanged(),
    ),
};
