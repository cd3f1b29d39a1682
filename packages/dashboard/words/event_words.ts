/** Each event as a sentence for a person. */
import type { Evaluation, TrainingEvent, WorkerFacts } from "@tributary/protocol";
import {
  formatCount,
  formatDuration,
  formatLoss,
  formatPercent,
  formatRate,
  joined,
  plural,
} from "./words.ts";

/** What happened, what there is to add, and how grave it is. */
export interface EventWords {
  text: string;
  detail: string;
  tone: "quiet" | "plain" | "good" | "warning" | "bad";
}

/** The event in words. */
export function describeEvent(event: TrainingEvent): EventWords {
  switch (event.type) {
    case "runStarted":
      return { tone: "plain", text: `Run ${event.facts.run.name} started`, detail: "" };
    case "workerJoined":
      return { tone: "good", text: `${event.worker.name} joined`, detail: describeWorker(event.worker) };
    case "workerLeft": {
      const during = event.during === null ? "" : ` during step ${formatCount(event.during)}`;
      return { tone: "bad", text: `${event.worker.name} left${during}`, detail: event.reason };
    }
    case "workerRefused":
      return { tone: "bad", text: `${event.name || "A worker"} was refused`, detail: event.reason };
    case "rangeReassigned": {
      const leaves = plural(event.range.end - event.range.first, "leaf").replace("leafs", "leaves");
      const text = `${leaves} of step ${formatCount(event.step)} moved from ${event.from} to ${event.to}`;
      return { tone: "warning", text, detail: event.reason };
    }
    case "rangeLate": {
      const text = `${event.worker} is late in step ${formatCount(event.step)}`;
      return { tone: "warning", text, detail: `no answer for ${formatDuration(event.afterMs)}` };
    }
    case "wrongAnswer": {
      const text = `${event.worker} gave a wrong answer in step ${formatCount(event.step)}`;
      return { tone: "bad", text, detail: `${event.reason}; ${event.done}` };
    }
    case "rolledBack":
      return { tone: "warning", text: `Back to step ${formatCount(event.step)}`, detail: event.reason };
    case "waiting":
      return { tone: "warning", text: "The run waits", detail: event.reason };
    case "controlChanged": {
      const { learningRate, weightDecay, batchSize } = event.changed;
      const detail = joined([
        learningRate === undefined ? null : `learning rate ${learningRate}`,
        weightDecay === undefined ? null : `weight decay ${weightDecay}`,
        batchSize === undefined ? null : `batches of ${batchSize}`,
      ]);
      return { tone: "plain", text: `Settings changed from step ${formatCount(event.step)} on`, detail };
    }
    case "paused":
      return { tone: "warning", text: "The run is paused", detail: event.reason };
    case "resumed":
      return { tone: "good", text: `The run goes on after ${formatDuration(event.waitedMs)}`, detail: "" };
    case "checkpoint":
      return { tone: "quiet", text: `Checkpoint after step ${formatCount(event.step)}`, detail: "" };
    case "notice":
      return {
        tone: "plain",
        text: event.text,
        detail: event.restMs === undefined ? "" : `It had rested for ${formatDuration(event.restMs)}.`,
      };
    case "epochDone":
      return { tone: "plain", text: describeEpoch(event), detail: describeEpochCost(event) };
    case "layersInspected":
      return { tone: "plain", text: `Layers as they were after step ${formatCount(event.step)}`, detail: "" };
    case "runEnded":
      return {
        tone: event.outcome === "failed" ? "bad" : "good",
        text: `Run ${event.outcome}`,
        detail: event.reason,
      };
    default: {
      const unknown: { type: string } = event satisfies never;
      return { tone: "plain", text: unknown.type, detail: "" }; // an event of a newer coordinator
    }
  }
}

/** "Deno, wasm, 2 threads". */
export function describeWorker({ kind, kernels, threads }: WorkerFacts): string {
  return joined([kind === "deno" ? "Deno" : "Browser", kernels, plural(threads, "thread")]);
}

function describeEpoch(
  { epoch, validation, test, train }: Extract<TrainingEvent, { type: "epochDone" }>,
): string {
  const part = (name: string, evaluation: Evaluation | null) =>
    evaluation && `${name} ${formatPercent(evaluation.accuracy)}`;
  const parts = [part("test", test), part("validation", validation)];
  return `Epoch ${formatCount(epoch)}: ${joined(parts) || part("train", train)}`;
}

function describeEpochCost(event: Extract<TrainingEvent, { type: "epochDone" }>): string {
  return joined([
    `train loss ${formatLoss(event.train.loss)}`,
    formatDuration(1_000 * event.seconds),
    `${formatRate(event.samplesPerSecond)} samples/s`,
  ]);
}
