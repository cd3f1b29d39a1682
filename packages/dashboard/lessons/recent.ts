/** Means over blocks of steps: a loss that can be judged, from steps that are mostly noise. */
import { map, type Observable } from "rxjs";
import { smoothingWindow } from "../overview/loss.ts";
import { foldSteps } from "../run/fold_steps.ts";
import type { RunState } from "../run/run_state.ts";

/** As many of the last blocks are kept. */
export const BLOCKS_KEPT = 8;

/** Blocks of a tenth of an epoch, of 10 to 500 steps. */
export interface Blocks {
  /** Loss of the first step, before anything was learnt; null before it is done. */
  firstLoss: number | null;
  /** Mean losses of the last {@link BLOCKS_KEPT} whole blocks, oldest first. */
  losses: number[];
  /** Share of correct answers in the last whole block; null before the first one is over. */
  accuracy: number | null;
}

/** Reads each step once. The same object as before means that no block is new. */
export function blocks$(state$: Observable<RunState>): Observable<{ state: RunState; blocks: Blocks }> {
  return state$.pipe(
    foldSteps(
      (state) => ({
        size: smoothingWindow(state.facts?.stepsPerEpoch ?? 0),
        firstLoss: state.steps.length > 0 ? state.steps.columns.loss[0] : null,
        steps: 0,
        loss: 0,
        correct: 0,
        samples: 0,
        blocks: { firstLoss: null, losses: [], accuracy: null } as Blocks,
      }),
      (kept, { columns, length }, from) => {
        for (let row = from; row < length; row++) {
          const samples = columns.samples[row];
          kept.loss += samples * columns.loss[row];
          kept.correct += samples * columns.accuracy[row];
          kept.samples += samples;
          if (++kept.steps < kept.size) continue;
          const loss = kept.loss / kept.samples;
          kept.blocks = {
            firstLoss: kept.firstLoss,
            losses: [...kept.blocks.losses.slice(1 - BLOCKS_KEPT), loss],
            accuracy: kept.correct / kept.samples,
          };
          Object.assign(kept, { steps: 0, loss: 0, correct: 0, samples: 0 });
        }
      },
    ),
    map(({ state, kept }) => ({ state, blocks: kept.blocks })),
  );
}
