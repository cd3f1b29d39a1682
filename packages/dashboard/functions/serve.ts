/** Answers requests for approximations, one event at a time. Runs in a worker, as it computes. */
import { approximate, type ApproximationEvent, createReferenceKernels, parseFormula } from "@tributary/core";
import type { ApproximationAnswer, ApproximationRequest, Choice } from "./messages.ts";

/**
 * By the number of variables: more pieces are finer than what is drawn, and with more neurons the learning rate, which is
 * chosen for tens of them, makes the network jump about.
 */
export const PIECES_MAX = { 1: 200, 2: 20 } as const;
/** See {@link PIECES_MAX}. */
export const HIDDEN_MAX = { 1: 100, 2: 200 } as const;

/** A function that answers each request, and remembers the approximation that goes on; null for one that is over. */
export function approximations(): (request: ApproximationRequest) => ApproximationAnswer | null {
  let id = -1;
  let events: Iterator<ApproximationEvent> = [].values();
  return (request) => {
    try {
      if (request.type === "start") {
        id = request.id;
        events = eventsOf(request.choice);
      } else if (request.id !== id) return null;
      const { done, value } = events.next();
      return done ? { id, type: "done" } : { id, type: "event", event: value };
    } catch (error) {
      events = [].values();
      return { id, type: "mistake", reason: (error as Error).message };
    }
  };
}

function eventsOf({ formula: text, from, to, pieces, hidden }: Choice): Iterator<ApproximationEvent> {
  const formula = parseFormula(text);
  const { variables } = formula;
  requireWhole(pieces, PIECES_MAX[variables], variables === 1 ? "bumps" : "towers a side");
  requireWhole(hidden, HIDDEN_MAX[variables], "hidden neurons");
  return approximate({ formula, from, to }, {
    ...pieces === null ? {} : { pieces },
    ...hidden === null ? {} : { hidden },
    // A fifth as fast as WebAssembly and, for the page, a quarter as large: an epoch of these networks takes a millisecond.
    kernels: (elements) => createReferenceKernels(elements, { rounding: "portable" }),
  });
}

function requireWhole(value: number | null, most: number, what: string): void {
  if (value === null || (Number.isInteger(value) && value >= 1 && value <= most)) return;
  throw new RangeError(`Cannot use ${value} ${what}: wanted a whole number from 1 to ${most}`);
}
