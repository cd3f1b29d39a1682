/** The watchers' channel: one request, then updates. */
import type { LayerInsight } from "@tributary/core";
import * as v from "valibot";
import { stringify } from "./json.ts";
import type { CommandAnswer } from "./commands.ts";
import type { WatchRequest, WatchUpdate } from "./events.ts";
import { type StepArrays, viewSteps } from "./packed_steps.ts";
import type { RunEvents } from "./run_summary.ts";

const NAMED: Record<string, number> = { NaN, Infinity, "-Infinity": -Infinity, "-0": -0 };

/** Watcher to coordinator. */
export function encodeWatchRequest(request: WatchRequest): string {
  return JSON.stringify(request);
}

const requestSchema = v.strictObject({
  type: v.literal("watch"),
  token: v.nullable(v.pipe(v.string(), v.maxLength(256))),
});

/** Reads what a page sent. @returns null when the text is no watch request. */
export function decodeWatchRequest(text: string): WatchRequest | null {
  try {
    return v.parse(requestSchema, JSON.parse(text));
  } catch {
    return null;
  }
}

/** Coordinator to watcher. */
export function encodeWatchUpdate(update: WatchUpdate): string {
  return stringify(update);
}

/** Steps that follow those told before: many of them, as packed columns. */
export interface StepsTold {
  type: "steps";
  steps: StepArrays;
}

/**
 * Reads what the coordinator sent to a watcher: texts, and steps as bytes.
 *
 * @throws {SyntaxError} when a text is not JSON.
 * @throws {RangeError} when bytes are no whole steps, or too many.
 */
export function decodeWatchMessage(message: string | ArrayBuffer): WatchUpdate | StepsTold | CommandAnswer {
  if (typeof message !== "string") return { type: "steps", steps: viewSteps(message) };
  return message.startsWith('{"type":"commandAnswer"')
    ? JSON.parse(message) as CommandAnswer
    : decodeWatchUpdate(message);
}

/**
 * The page trusts the coordinator that served it, so only the numbers are restored.
 *
 * @throws {SyntaxError} when the text is not JSON.
 */
export function decodeWatchUpdate(text: string): WatchUpdate {
  return restoreNumbers(JSON.parse(text));
}

/** Reads what the history tells of a run. @throws {SyntaxError} when the text is not JSON. */
export function decodeRunEvents(text: string): RunEvents {
  const events = JSON.parse(text) as RunEvents;
  restoreNumbers(events.update);
  return events;
}

function restoreNumbers(update: WatchUpdate): WatchUpdate {
  update.steps.loss = update.steps.loss.map(toNumber);
  for (const { norms, biases = [] } of update.gradients ?? []) {
    for (const column of [norms, biases]) {
      column.forEach((norm, layer) => column[layer] = norm === null ? null : toNumber(norm));
    }
  }
  for (const event of update.events) {
    if (event.type === "layersInspected") event.layers.forEach(restoreLayer);
    if (event.type !== "epochDone") continue;
    for (const part of [event.train, event.trainAtEnd, event.validation, event.test]) {
      if (part) part.loss = toNumber(part.loss);
    }
  }
  return update;
}

function restoreLayer({ trained, activations }: LayerInsight): void {
  restore(activations, "min", "max");
  if (trained === null) return;
  restore(trained.gradientNorms, "weight", "bias");
  restore(trained.weights, "min", "max");
  restore(trained.gradients, "min", "max");
}

function restore<K extends string>(numbers: Record<K, number>, ...names: K[]): void {
  for (const name of names) numbers[name] = toNumber(numbers[name]);
}

function toNumber(value: number | string): number {
  return typeof value === "string" ? NAMED[value] : value;
}
