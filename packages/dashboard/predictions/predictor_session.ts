/** What the Web Worker does: asks a model about samples and pictures, with the kernels of core. No DOM, no socket. */
import {
  answerSplit,
  type Arithmetic,
  ArithmeticUnavailableError,
  blockLevel,
  createWasmKernels,
  type ModelPlan,
  openWorkspace,
  planModel,
  predict,
  type SplitAnswers,
  type Workspace,
} from "@tributary/core";
import type { Answers, PredictedRun, PredictorAnswer, PredictorRequest } from "./predictor_messages.ts";
import type { SampleSet } from "./samples.ts";

/** What a session needs. */
export interface PredictorOptions {
  post(answer: PredictorAnswer): void;
  /** Lets messages in that have come meanwhile. */
  turn(): Promise<void>;
  /** Milliseconds. */
  now(): number;
}

/** One model, and two places in memory for it: a picture is answered while all samples are looked at. */
export class PredictorSession {
  readonly #options: PredictorOptions;
  #run: (PredictedRun & { plan: ModelPlan }) | null = null;
  /** For single inputs. */
  #single: Workspace | null = null;
  /** For all samples. */
  #all: (Workspace & { samples: SampleSet }) | null = null;
  #parameters: Float32Array | null = null;

  constructor(options: PredictorOptions) {
    this.#options = options;
  }

  /** Follows a request. What goes wrong is answered, never thrown. */
  async follow(request: PredictorRequest): Promise<void> {
    try {
      await this.#follow(request);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.post({ type: "failed", id: "id" in request ? request.id : null, reason });
    }
  }

  #follow(request: PredictorRequest): Promise<void> | void {
    switch (request.type) {
      case "open":
        return this.#open(request);
      case "samples":
        this.#all = { ...this.#openWorkspace(request.samples), samples: request.samples };
        return;
      case "parameters":
        this.#parameters = request.parameters;
        load(this.#single!, request.parameters);
        return;
      case "look":
        return this.#look(request.id);
      case "ask": {
        const outputs = predict(this.#single!.network, request.input);
        return this.#options.post({ type: "answered", id: request.id, outputs });
      }
      default:
        request satisfies never;
    }
  }

  #open({ model, arithmetic, leafSize }: PredictedRun): void {
    this.#run = { model, leafSize, arithmetic: this.#available(arithmetic), plan: planModel(model) };
    this.#single = this.#openWorkspace(null);
  }

  /** The run's arithmetic where this engine has it. */
  #available(arithmetic: Arithmetic): Arithmetic {
    try {
      createWasmKernels(1, { arithmetic });
      return arithmetic;
    } catch (error) {
      if (!(error instanceof ArithmeticUnavailableError)) throw error;
      this.#options.post({ type: "inexact" });
      return "portable";
    }
  }

  #openWorkspace(samples: SampleSet | null): Workspace {
    const { plan, arithmetic, leafSize } = this.#run!;
    return openWorkspace({
      plan,
      samplesMax: samples === null ? 1 : leafSize << blockLevel(leafSize),
      dataSet: samples && {
        name: "samples",
        inputShape: samples.shape,
        classes: samples.classes,
        train: { count: 0, inputs: samples.inputs.subarray(0, 0), labels: new Uint8Array(0) },
        validation: null,
        test: samples,
      },
      kernels: (elements) => createWasmKernels(elements, { arithmetic }),
    });
  }

  async #look(id: number): Promise<void> {
    const { turn, now, post } = this.#options;
    const all = this.#all!;
    load(all, this.#parameters!);
    let ms = 0;
    const { count } = all.samples;
    const blocks = answerSplit(all, { split: "test", count, leafSize: this.#run!.leafSize });
    for (;;) {
      const started = now();
      const { done, value } = blocks.next();
      ms += now() - started;
      if (done) return post({ type: "looked", id, ...answersOf(value), ms });
      await turn();
    }
  }
}

function load({ network: { layout, kernels } }: Workspace, parameters: Float32Array): void {
  if (parameters.length !== layout.plan.parameters) {
    throw new RangeError(
      `The model has ${layout.plan.parameters} parameters, the coordinator sent ${parameters.length}`,
    );
  }
  kernels.memory.floats.set(parameters, layout.parameters);
}

function answersOf({ outputs, answers, losses, loss }: SplitAnswers): Omit<Answers, "ms"> {
  const classes = outputs.length / answers.length;
  const confidences = new Float32Array(answers.length).map((_, s) => outputs[s * classes + answers[s]]);
  return { answers, confidences, losses, loss };
}
