/** What happened in each step, as lines for the charts. */
import { samplesPerEpoch } from "@tributary/core";
import { distinctUntilChanged, map, type Observable } from "rxjs";
import type { Line } from "../charts/line.ts";
import { withRoom } from "../run/columns.ts";
import { foldSteps } from "../run/fold_steps.ts";
import type { RunState } from "../run/run_state.ts";

/** A longer time between two steps is a gap in a line; an evaluation is mostly shorter. */
const GAP_MIN_MS = 2_000;
/** Two steps of the same millisecond, or of a clock that was set back, are told apart by this many seconds. */
const APART_SECONDS = 1e-6;

/** Lines of equal length, with the same places on the axes. */
export interface StepLines {
  loss: Line;
  accuracy: Line;
  /** Samples per second: the mean counts each step by the time it took. */
  rate: Line;
  /** Milliseconds. */
  duration: Line;
}

interface Kept {
  startedAt: number;
  samplesPerEpoch: number;
  samples: number;
  epoch: Float64Array<ArrayBuffer>;
  time: Float64Array<ArrayBuffer>;
  rate: Float64Array<ArrayBuffer>;
  breaks: number[];
}

/** Emits when there are new steps, or another run. */
export function stepLines$(state$: Observable<RunState>): Observable<StepLines> {
  return state$.pipe(
    foldSteps(begin, read),
    distinctUntilChanged((a, b) => a.kept === b.kept && a.state.steps === b.state.steps),
    map(({ state: { steps: { columns, length } }, kept }) => {
      const { epoch, time, rate, breaks } = kept;
      const common = { length, x: { step: columns.step, epoch, time }, origin: kept };
      return {
        loss: { ...common, y: columns.loss, weights: columns.samples },
        accuracy: { ...common, y: columns.accuracy, weights: columns.samples },
        rate: { ...common, y: rate, weights: columns.ms, breaks },
        duration: { ...common, y: columns.ms },
      };
    }),
  );
}

function begin({ facts, startedAt, steps: { columns, length } }: RunState): Kept {
  const { samples, run } = facts ?? {};
  const nothing = () => new Float64Array(0);
  return {
    startedAt: startedAt ?? (length > 0 ? columns.at[0] - columns.ms[0] : 0),
    samplesPerEpoch: samplesPerEpoch(samples?.train ?? 1, run?.expansion),
    samples: 0,
    epoch: nothing(),
    time: nothing(),
    rate: nothing(),
    breaks: [],
  };
}

function read(kept: Kept, { columns: { at, ms, samples }, length }: RunState["steps"], from: number): void {
  const epoch = kept.epoch = withRoom(kept.epoch, length);
  const time = kept.time = withRoom(kept.time, length);
  const rate = kept.rate = withRoom(kept.rate, length);
  for (let i = from; i < length; i++) {
    kept.samples += samples[i];
    epoch[i] = kept.samples / kept.samplesPerEpoch;
    const seconds = (at[i] - kept.startedAt) / 1_000;
    time[i] = i === 0 ? seconds : Math.max(seconds, time[i - 1] + APART_SECONDS);
    rate[i] = 1_000 * samples[i] / ms[i];
    if (i > 0 && at[i] - ms[i] - at[i - 1] >= GAP_MIN_MS) kept.breaks.push(i);
  }
}
