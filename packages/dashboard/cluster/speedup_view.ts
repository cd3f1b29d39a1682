/** How much faster the workers are together, against what the cost model says, and where the rest goes. */
import type { Speedup } from "@tributary/protocol";
import { distinctUntilChanged, map, type Observable } from "rxjs";
import type { RunState } from "../run/run_state.ts";
import { formatCount, formatMs, formatPercent, plural } from "../words/words.ts";
import { samplesPerEpoch } from "@tributary/core";

/** A part of a step below this share is not worth a sentence. */
const TOLD_MIN = 0.1;

/** What a step goes on. */
export interface SpeedupPart {
  kind: "computing" | "uneven" | "wire" | "own" | "rest";
  title: string;
  /** Of the step, from where to where, as shares. */
  start: number;
  share: number;
  text: string;
}

/** The figures as they are shown. */
export interface SpeedupView {
  /** "1.62 ×", both; against the fastest worker alone. */
  measured: string;
  predicted: string;
  /** What they are measured against. */
  note: string;
  parts: SpeedupPart[];
  /** Why it is not more, the largest loss first. */
  sentences: string[];
}

/** Null until all speeds are known. */
export function speedupView$(state$: Observable<RunState>): Observable<SpeedupView | null> {
  return state$.pipe(
    distinctUntilChanged((a, b) => a.pulse === b.pulse && a.facts === b.facts),
    map(({ pulse, facts }) => {
      if (!pulse?.speedup) return null;
      const batchMax = facts ? samplesPerEpoch(facts.samples.train, facts.run.expansion) : Infinity;
      return speedupView(pulse.speedup, batchMax);
    }),
    distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
  );
}

/** @param batchMax samples of an epoch: no step has more. */
export function speedupView(speedup: Speedup, batchMax: number): SpeedupView {
  const { workers, fastest, aloneMs, predictedMs, measuredMs, samples } = speedup;
  const ratio = (ms: number) => `${(aloneMs / ms).toFixed(2)} ×`;
  const note = workers === 1
    ? `${fastest} is alone: there is nothing to share.`
    : `as fast as ${fastest} alone, which at its present speed would take ${
      formatMs(aloneMs)
    } for a step of ${formatCount(samples)} samples; together it takes ${formatMs(measuredMs)}.`;
  const parts = partsOf(speedup);
  return {
    measured: ratio(measuredMs),
    predicted: ratio(predictedMs),
    note,
    parts,
    sentences: sentencesOf(speedup, { parts, batchMax }),
  };
}

/** They add up to the measured step, or to the predicted one where that is longer. */
function partsOf(speedup: Speedup): SpeedupPart[] {
  const { computeMs, idealMs, wireMs, ownMs, predictedMs, measuredMs } = speedup;
  const whole = Math.max(predictedMs, measuredMs);
  let start = 0;
  const part = (kind: SpeedupPart["kind"], title: string, ms: number): SpeedupPart => {
    const share = ms / whole;
    start += share;
    return { kind, title, start: start - share, share, text: `${formatMs(ms)}, ${formatPercent(share, 0)}` };
  };
  const ideal = Math.min(idealMs, computeMs);
  return [
    part("computing", "Computing", ideal),
    part("uneven", "Waiting for the last worker to compute", computeMs - ideal),
    part("wire", "On the wire", wireMs),
    part("own", "Adding up and updating", ownMs),
    part("rest", "Not in the model", whole - predictedMs),
  ];
}

function sentencesOf(
  speedup: Speedup,
  { parts, batchMax }: { parts: readonly SpeedupPart[]; batchMax: number },
): string[] {
  const { used, workers, predictedMs, measuredMs } = speedup;
  const lost = parts.filter(({ kind, share }) => kind !== "computing" && share >= TOLD_MIN)
    .sort((a, b) => b.share - a.share)
    .map(({ kind, share }) => reasonFor(kind, share, speedup, batchMax));
  const idle = workers - used;
  if (idle > 0) {
    lost.push(
      `${plural(idle, "worker")} of ${formatCount(workers)} ${idle === 1 ? "gets" : "get"} no leaves, as ` +
        `messages would cost more than ${idle === 1 ? "it computes" : "they compute"}.`,
    );
  }
  if (measuredMs < (1 - TOLD_MIN) * predictedMs) {
    lost.push("Steps are faster than the model says: it takes the median of each worker by itself.");
  }
  return lost.length > 0 ? lost : ["Next to nothing is lost: nearly all of a step is computing."];
}

function reasonFor(
  kind: SpeedupPart["kind"],
  share: number,
  { last, leaves, workers, hidingBatch }: Speedup,
  batchMax: number,
): string {
  const percent = formatPercent(share, 0);
  switch (kind) {
    case "wire":
      return `${percent} of a step is the wire${
        hidingBatch === null
          ? "."
          : hidingBatch <= batchMax
          ? `; a batch of ${formatCount(hidingBatch)} would hide it.`
          : `; no batch would hide it, as that would take ${
            formatCount(hidingBatch)
          } samples and an epoch has ${formatCount(batchMax)}.`
      }`;
    case "uneven":
      return `${percent} of a step is waiting for ${last} to have computed: ${
        leaves === 1 ? "1 leaf" : `${formatCount(leaves)} leaves`
      } cannot be cut so that ${formatCount(workers)} workers are done at once; a larger batch can.`;
    case "own":
      return `${percent} of a step is the coordinator’s own work: adding gradients up, and the update.`;
    case "rest":
      return `${percent} of a step is not in the model: answers that are late now and then, or workers that ` +
        `take processors from one another.`;
    case "computing":
      return "";
  }
}
