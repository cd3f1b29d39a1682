/** Whether a worker was asked for what it sends. Pure. */
import { type LeafRange, namedSubtreeLeaves, type Subtree, subtreesOf } from "@tributary/core";
import type { Evaluated, FrameHeader, Refusal } from "@tributary/protocol";
import type { Ask } from "./ledger.ts";
import type { WorkerLink } from "./worker_link.ts";

/** An answer that the worker owes. */
export interface Owed {
  ask: Ask;
  range: LeafRange;
}

/** The subtree that a gradient frame is for, or what is wrong with its header. */
export function owedGradient(
  worker: WorkerLink,
  { id, level, index, correct }: FrameHeader,
  leafSize: number,
): Owed & { subtree: Subtree } | Refusal {
  const { facts: { name }, ledger } = worker;
  const roundLeaves = ledger.ofRound(id)?.roundLeaves ?? 0;
  const range = namedSubtreeLeaves({ level, index }, roundLeaves);
  const ask = range && ledger.find(id, range);
  if (range === null || ask?.kind !== "differentiate") {
    return { code: "message", reason: `${name} sent a gradient that it was not asked for` };
  }
  // Everybody cuts a range into the same subtrees; other cuts could overlap with somebody else's answers.
  const piece = ask.pieces.find(({ first, end }) => first <= range.first && range.end <= end)!;
  if (!subtreesOf(piece, roundLeaves).some((own) => own.level === level && own.index === index)) {
    return { code: "message", reason: `${name} sent a part of a subtree that it was asked for` };
  }
  return tooManyCorrect(worker, correct, (range.end - range.first) * leafSize) ??
    { ask, range, subtree: { level, index } };
}

/** The blocks that an evaluation is for, or what is wrong with it. */
export function owedEvaluation(worker: WorkerLink, { round, first, losses }: Evaluated): Owed | Refusal {
  const range = { first, end: first + losses.length };
  const ask = worker.ledger.find(round, range);
  if (ask?.kind === "evaluate") return { ask, range };
  return { code: "message", reason: `${worker.facts.name} evaluated blocks that it was not asked for` };
}

/** What is wrong with more correct answers than samples, or null. */
export function tooManyCorrect(
  { facts: { name } }: WorkerLink,
  correct: number,
  samples: number,
): Refusal | null {
  if (correct <= samples) return null;
  return { code: "message", reason: `${name} counted ${correct} correct answers among ${samples} samples` };
}
