/** Repeats a logged run on this machine, with core alone, and compares. */
import {
  afterEpoch,
  createWasmKernels,
  type DataSet,
  initialParameters,
  leafCount,
  learningRateFactor,
  type ModelPlan,
  needsValidation,
  NO_PROGRESS,
  RangeComputation,
  rootLevel,
  samplesPerEpoch,
} from "@tributary/core";
import { settingsOf, sha256Hex } from "@tributary/protocol";
import { beginEpoch, endStep, firstCursor, nextStep } from "../training/cursor.ts";
import { SettingsTimeline } from "../training/settings_timeline.ts";
import type { LoggedRun } from "./logged_run.ts";
import { ParameterUpdate } from "../training/parameter_update.ts";
import { openTrainingNetwork, parameterBytes } from "../training/training_network.ts";

/** Where a log and the run that it describes part. */
export interface Difference {
  step: number;
  /** What is different, such as "its loss is". */
  what: string;
  logged: string;
  computed: string;
}

/** How a replay went. */
export interface Replay {
  /** Steps and hashes that were compared. */
  steps: number;
  hashes: number;
  /** Of the last step's parameters. */
  parametersSha256: string;
  /** The first one, or null. */
  difference: Difference | null;
}

/** Trains all logged steps again, up to the first difference. */
export async function replay(
  { run, steps, hashes, changes }: LoggedRun,
  { plan, dataSet, onStep }: { plan: ModelPlan; dataSet: DataSet; onStep(step: number): void },
): Promise<Replay> {
  const { arithmetic } = run;
  const ranges = new RangeComputation(
    run,
    dataSet,
    (elements) => createWasmKernels(elements, { arithmetic }),
  );
  const network = openTrainingNetwork(run, plan);
  const parameters = parameterBytes(network);
  const update = new ParameterUpdate(network, { run, dataSet });
  let progress = NO_PROGRESS;
  const timeline = new SettingsTimeline(settingsOf(run), changes);
  const trainingSamples = samplesPerEpoch(dataSet.train.count, run.expansion);
  const cursor = firstCursor();
  let compared = 0;

  const compareParameters = async (): Promise<Difference | null> => {
    const logged = hashes.get(cursor.step) ?? [];
    if (logged.length === 0) return null;
    const computed = await sha256Hex(Uint8Array.from(parameters));
    compared += logged.length;
    const wrong = logged.find(({ sha256 }) => sha256 !== computed);
    if (wrong === undefined) return null;
    const what = "the SHA-256 of the parameters after it";
    return { step: cursor.step, what, logged: wrong.sha256, computed };
  };

  /** What a schedule goes by is computed again too. */
  const endEpoch = () => {
    if (needsValidation(run)) {
      const { count } = dataSet.validation!;
      ranges.parameters.set(parameters);
      let correct = 0;
      for (let i = 0; i < ranges.blocks("validation"); i++) {
        correct += ranges.evaluate("validation", i).correct;
      }
      progress = afterEpoch(progress, { epoch: cursor.epoch, accuracy: correct / count }, run);
    }
    beginEpoch(cursor);
  };

  const trainStep = (): Difference | null => {
    const settings = timeline.at(cursor.step + 1);
    const sizes = { batchSize: settings.batchSize, trainingSamples };
    let step = nextStep(cursor, sizes);
    if (step === null) {
      endEpoch();
      step = nextStep(cursor, sizes)!;
    }
    ranges.parameters.set(parameters);
    const root = { level: rootLevel(leafCount(step.samples, run.leafSize)), index: 0 };
    const { loss, correct } = ranges.differentiate(step, root);
    const { buffer, byteOffset } = ranges.gradient;
    const factor = learningRateFactor(run.schedule, { step: cursor.step + 1, epoch: step.epoch }, progress);
    const learningRate = factor * settings.learningRate;
    const gradient = new Float32Array(buffer, byteOffset, plan.parameters);
    update.apply(gradient, step.samples, { ...settings, learningRate });
    endStep(cursor, { samples: step.samples, loss, correct, seconds: 0 });
    const own = { ...step, loss: loss / step.samples };
    for (const line of steps.get(cursor.step)!) {
      for (const field of ["epoch", "position", "samples", "loss"] as const) {
        const logged = Number(line[field]);
        if (Object.is(logged, own[field])) continue;
        return { step: cursor.step, what: `its ${field}`, logged: `${logged}`, computed: `${own[field]}` };
      }
    }
    return null;
  };

  parameters.set(new Uint8Array(initialParameters(plan, run.seed).buffer));
  let difference = await compareParameters();
  while (difference === null && cursor.step < steps.size) {
    difference = trainStep() ?? await compareParameters();
    onStep(cursor.step);
  }
  const parametersSha256 = await sha256Hex(Uint8Array.from(parameters));
  return { steps: cursor.step, hashes: compared, parametersSha256, difference };
}
