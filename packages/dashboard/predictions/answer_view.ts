/** What the model said of one input, as bars. */
import { type Activation, largest } from "@tributary/core";
import type { RunFacts } from "@tributary/protocol";
import { formatPercent } from "../words/words.ts";
import type { Answer } from "./model_now.ts";

/** With more classes, only the largest outputs are shown. */
const BARS_MAX = 12;

/** A class. */
export interface Bar {
  label: number;
  /** The output itself: f32, to the bit. */
  output: number;
  text: string;
  /** From 0 to 1. */
  length: number;
  isAnswer: boolean;
}

/** All classes, or those with the largest outputs. */
export interface AnswerView {
  /** Updates that the model had seen. */
  step: number;
  answer: number;
  /** The answer's output in words. */
  confidence: string;
  /** In the order of the labels, or, where not all are shown, the largest one first. */
  bars: Bar[];
  hidden: number;
}

/** How outputs are told: softmax gives probabilities, others give numbers. */
export type OutputKind = "probability" | "number";

/** Of a run's model. */
export function outputKind({ model: { layers } }: RunFacts["run"]): OutputKind {
  return lastActivation(layers) === "softmax" ? "probability" : "number";
}

function lastActivation(layers: RunFacts["run"]["model"]["layers"]): Activation {
  const last = layers.findLast((layer) => "activation" in layer);
  return last && "activation" in last ? last.activation : "linear";
}

/** "97.3 %", or "0.973". */
export function outputText(output: number, kind: OutputKind): string {
  if (!Number.isFinite(output)) return String(output);
  return kind === "probability" ? formatPercent(output, 1) : output.toFixed(3);
}

/** The answer as bars. Bars of outputs beyond 1 are drawn against the largest one. */
export function answerView({ step, outputs }: Answer, kind: OutputKind): AnswerView {
  const answer = largest(outputs);
  const scale = outputs.reduce((largest, output) => Math.max(largest, Math.abs(output) || 0), 1);
  const bars = Array.from(outputs, (output, label): Bar => ({
    label,
    output,
    text: outputText(output, kind),
    length: Math.max(0, output / scale) || 0,
    isAnswer: label === answer,
  }));
  const isWhole = bars.length <= BARS_MAX;
  const shown = isWhole ? bars : bars.sort((a, b) => b.output - a.output).slice(0, BARS_MAX);
  return {
    step,
    answer,
    confidence: outputText(outputs[answer], kind),
    bars: shown,
    hidden: outputs.length - shown.length,
  };
}
