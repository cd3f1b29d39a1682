/** The run in words, for the head of the page. */
import type { RunFacts } from "@tributary/protocol";
import { distinctUntilChanged, map, type Observable } from "rxjs";
import type { RunState } from "../run/run_state.ts";
import { formatCount, joined, plural } from "../words/words.ts";

/** Longer models are told by their first and last layers. */
const LAYERS_SHOWN_MAX = 5;

/** Texts, each fit to stand behind its label. */
export interface RunWords {
  name: string;
  description: string;
  details: { label: string; text: string }[];
}

/** Null until the coordinator has told of a run. */
export function facts$(state$: Observable<RunState>): Observable<RunWords | null> {
  return state$.pipe(
    map((state) => state.facts),
    distinctUntilChanged(),
    map((facts) => facts && describeRun(facts)),
  );
}

function describeRun(facts: RunFacts): RunWords {
  const { run } = facts;
  return {
    name: run.name,
    description: run.description ?? "",
    details: [
      { label: "Data set", text: run.dataset },
      { label: "Samples", text: describeSamples(facts.samples) },
      { label: "Model", text: describeModel(run.model) },
      { label: "Parameters", text: formatCount(facts.parameters) },
      { label: "Loss", text: describeLoss(facts) },
      {
        label: "Optimiser",
        text: describeOptimiser(run),
      },
      { label: "Seed", text: String(run.seed) },
      { label: "Arithmetic", text: `${run.arithmetic}, leaves of ${plural(run.leafSize, "sample")}` },
    ],
  };
}

function describeSamples({ train, validation, test }: RunFacts["samples"]): string {
  return joined([
    `${formatCount(train)} train`,
    validation === null ? null : `${formatCount(validation)} validation`,
    `${formatCount(test)} test`,
  ]);
}

/** "28×28 → 20 of 5×5 relu → max 2×2 → 10 softmax". */
function describeModel({ input, layers }: RunFacts["run"]["model"]): string {
  const words = layers.map(describeLayer);
  const shown = words.length <= LAYERS_SHOWN_MAX ? words : [...words.slice(0, 2), "…", ...words.slice(-1)];
  const note = shown === words ? "" : ` (${words.length} layers)`;
  return [input.join("×"), ...shown].join(" → ") + note;
}

function describeLayer(layer: RunFacts["run"]["model"]["layers"][number]): string {
  switch (layer.type) {
    case "dense":
      return `${layer.units} ${layer.activation}`;
    case "convolution":
      return `${layer.maps} of ${layer.kernel.join("×")} ${layer.activation}`;
    case "maxPool":
      return `max ${layer.size.join("×")}`;
    case "averagePool":
      return `mean ${layer.size.join("×")}`;
    case "flatten":
      return "flat";
    case "dropout":
      return `dropout ${layer.rate}`;
  }
}

const OPTIMISERS = {
  sgd: "SGD",
  momentum: "momentum",
  nesterov: "Nesterov's momentum",
  rmsprop: "RMSProp",
  adam: "Adam",
};

function describeOptimiser({ optimiser, batchSize, schedule, expansion }: RunFacts["run"]): string {
  return joined([
    OPTIMISERS[optimiser.type],
    `learning rate ${optimiser.learningRate}`,
    schedule && schedule.type !== "constant" ? `schedule ${schedule.type}` : null,
    `batches of ${batchSize}`,
    expansion ? `data expanded by ${expansion.type}` : null,
  ]);
}

function describeLoss({ run: { model, regulariser } }: RunFacts): string {
  const names = { quadratic: "quadratic", crossEntropy: "cross-entropy", logLikelihood: "log-likelihood" };
  return joined([
    names[model.loss],
    regulariser && `${regulariser.type.toUpperCase()} with weight decay ${regulariser.weightDecay}`,
  ]);
}
