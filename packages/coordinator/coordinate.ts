/** One run from its description to the saved model: puts the parts of the coordinator together. */
import { arithmeticProof, type DataSet, encodeDataSet, type ModelPlan } from "@tributary/core";
import {
  COORDINATOR_ENDED,
  FRAME_HEADER_BYTES,
  type JoinLinks,
  LIMITS,
  type RunDescription,
  type RunFacts,
  sha256Hex,
  stringify,
  type TrainingEvent,
  type WorkerProgress,
} from "@tributary/protocol";
import { filter, firstValueFrom } from "rxjs";
import type { Certificate } from "./server/certificate.ts";
import { type Doors, mayControl, mayInvite, mayWatch } from "./server/doors.ts";
import { Feed } from "./server/feed.ts";
import { Metrics } from "./server/metrics.ts";
import type { PageFile } from "./server/page_files.ts";
import { Roster } from "./server/roster.ts";
import type { RunsDoor } from "./history/runs_door.ts";
import { type RunningServer, startServer } from "./server/server.ts";
import type { RunHistory } from "./storage/run_history.ts";
import { Trainer } from "./training/trainer.ts";
import { runFacts, type StartState, type TrainingResult } from "./training/training.ts";
import { openTrainingNetwork } from "./training/training_network.ts";

/** What a coordinator needs. */
export interface CoordinateOptions {
  run: RunDescription;
  plan: ModelPlan;
  dataSet: DataSet;
  /** The data set as workers fetch it; by default, it is encoded here. */
  data?: { blob: Uint8Array<ArrayBuffer>; sha256: string };
  /** Goes on from there; by default, from the beginning. */
  start?: StartState;
  /** What earlier processes did in this run. */
  history?: RunHistory | null;
  /** Waits until what was published is on disk. */
  commit?(): Promise<void>;
  /** Whether a run that diverges waits for a person; by default it ends as failed. */
  pausesOnDivergence?: boolean;
  host: string;
  port: number;
  minWorkers: number;
  /** Resolves when the run is to begin with fewer workers than that. */
  begin?: Promise<void>;
  /** Share of ranges that a second worker computes as well, from 0 to 1. */
  audit?: number;
  /** Evaluate the training split, too, at each epoch's end. */
  monitorTraining?: boolean;
  /** With one, everything goes over TLS. */
  certificate?: Certificate | null;
  doors: Doors;
  files: ReadonlyMap<string, PageFile>;
  /** Earlier runs, for the page. */
  runs?: RunsDoor;
  /** The ways to join, known once the server listens. */
  links?(): JoinLinks[];
  /** Stops the run after the step in flight. */
  signal: AbortSignal;
  /** Called once the server listens, and waited for before the first step. */
  onListening(
    trainer: Trainer,
    facts: RunFacts,
    port: number,
    workers: () => WorkerProgress[],
  ): void | Promise<void>;
  /** Called with the trained parameters; returns where they were saved, or null. */
  save(outcome: RunOutcome): Promise<string | null>;
}

/** How a run ended, for the summary and for `--json`. */
export interface RunOutcome {
  result: TrainingResult;
  parameters: Uint8Array<ArrayBuffer>;
  parametersSha256: string;
  /** All workers that took part, also those that left. */
  workers: { name: string; leaves: number; samples: number }[];
  /** Workers that went before the run was over, and workers that were refused. */
  faults: { worker: string; step: number | null; reason: string }[];
}

/** Serves, waits for workers, trains, saves, and says goodbye. */
export async function coordinate(
  options: CoordinateOptions,
): Promise<RunOutcome & { savedTo: string | null }> {
  const { run, plan, dataSet, doors } = options;
  const now = () => Date.now();
  const stopped = new AbortController();
  const signal = AbortSignal.any([options.signal, stopped.signal]);
  const network = openTrainingNetwork(run, plan);
  const proofSha256 = await sha256Hex(arithmeticProof(network, run.leafSize));
  const blob = options.data?.blob ?? encodeDataSet(dataSet);
  const dataSha256 = options.data?.sha256 ?? await sha256Hex(blob);
  const runText = stringify(run);

  const { history = null } = options;
  const earlier = [...history?.workers.values() ?? []];
  const facts = runFacts(options);
  const started: TrainingEvent = { type: "runStarted", at: history?.startedAt ?? now(), facts };
  const faults = (history?.events ?? []).flatMap(faultsOf);
  const admission = {
    token: doors.workToken,
    run: runText,
    runSha256: await sha256Hex(new TextEncoder().encode(runText)),
    dataSha256,
    dataBytes: blob.length,
    proofSha256,
    parameters: plan.parameters,
    leafSize: run.leafSize,
  };
  const roster = new Roster(admission, Math.max(0, ...earlier.map(({ worker }) => worker.id)) + 1);
  const workersSoFar = () => [
    ...earlier.map(({ progress }) => progress),
    ...roster.everyone.map(({ progress }) => progress),
  ];
  const { workers } = roster;
  const trainer: Trainer = new Trainer({
    ...options,
    network,
    workers,
    now,
    watching: { isWatched: () => feed.isWatched },
  });
  roster.open(trainer.listener);
  trainer.events$.subscribe((event) => faults.push(...faultsOf(event)));
  const feed: Feed = new Feed({
    events$: trainer.events$,
    steps$: trainer.steps$,
    history: history && { ...history, events: [started, ...history.events] },
    workers: workersSoFar,
    pulse: () => trainer.pulse(),
    mayWatch: (token) => mayWatch(doors, token),
    links: (token) => mayInvite(doors, token) ? options.links?.() ?? null : null,
    mayControl: (token) => mayControl(doors, token),
    follow: (command) => {
      if (command.type !== "stop") return trainer.follow(command);
      trainer.publish({ type: "notice", at: now(), text: "A person who controls the run stopped it." });
      stopped.abort();
      return null;
    },
    now,
  });
  const metrics = new Metrics({ events$: trainer.events$, steps$: trainer.steps$, workers });

  const server: RunningServer = await startServer({
    ...options,
    data: new Map([[dataSha256, blob]]),
    metrics: () => metrics.text(),
    pageData: {
      tensor: (name) => trainer.tensor(name),
      parameters: () => trainer.currentParameters(),
      dataSet,
    },
    workerPayloadBytesMax: Math.max(
      LIMITS.messageBytesMax,
      Math.min(LIMITS.frameBytesMax, FRAME_HEADER_BYTES + 4 * plan.parameters),
    ),
    onWorker: (socket, address) => roster.accept(socket, address),
    onWatcher: (socket) => feed.accept(socket),
  });
  await options.onListening(trainer, facts, server.port, workersSoFar);
  if (history === null) trainer.publish(started);
  else {
    const text = resumedText(options.start, history);
    trainer.publish({ type: "notice", at: now(), text, restMs: Math.max(0, now() - history.lastAt) });
  }
  const { start } = options;
  const isOver = start !== undefined && (start.cursor.epoch > run.epochs || start.progress.ending !== null);
  if (options.minWorkers > 1 && !isOver) {
    const since = now();
    const reason = `The run waits for ${options.minWorkers} workers to join.`;
    trainer.publish({ type: "waiting", at: since, reason });
    const enough = trainer.events$.pipe(filter(() => workers.size >= options.minWorkers));
    // A run that is stopped while it waits completes without that event.
    await Promise.race([
      firstValueFrom(enough, { defaultValue: null }),
      options.begin ?? aborted(signal),
      aborted(signal),
    ]);
    if (!signal.aborted) trainer.publish({ type: "resumed", at: now(), waitedMs: now() - since });
  }
  const result = await trainer.run(signal);

  const parameters = trainer.parameters();
  const outcome: RunOutcome = {
    result,
    parameters,
    parametersSha256: await sha256Hex(parameters),
    workers: [
      ...addedUp(earlier.map(({ worker, progress }) => ({ facts: worker, progress }))),
      ...roster.everyone.map(contribution),
    ],
    faults,
  };
  const savedTo = await options.save(outcome);
  const { outcome: ending, reason } = result;
  trainer.publish({
    type: "runEnded",
    at: now(),
    outcome: ending,
    reason,
    parametersSha256: outcome.parametersSha256,
    savedTo,
  });
  feed.end();
  roster.end(reason);
  metrics.end();
  trainer.complete();
  await server.close();
  return { ...outcome, savedTo };
}

/** What a worker shows in the result. */
interface Contributor {
  facts: { name: string };
  progress: { leaves: number; samples: number };
}

function contribution({ facts: { name }, progress: { leaves, samples } }: Contributor) {
  return { name, leaves, samples };
}

/** Workers of earlier processes by name, as a run that is killed often sees the same ones again and again. */
function addedUp(workers: readonly Contributor[]): RunOutcome["workers"] {
  const byName = new Map<string, RunOutcome["workers"][number]>();
  for (const worker of workers) {
    const sum = byName.get(worker.facts.name);
    if (sum === undefined) byName.set(worker.facts.name, contribution(worker));
    else {
      sum.leaves += worker.progress.leaves;
      sum.samples += worker.progress.samples;
    }
  }
  return [...byName.values()];
}

function resumedText(start: StartState | undefined, { told }: RunHistory): string {
  const step = start?.cursor.step ?? 0;
  const repeated = told > step ? `; steps ${step + 1} to ${told} are repeated` : "";
  return `The run goes on after step ${step}${repeated}.`;
}

function faultsOf(event: TrainingEvent): RunOutcome["faults"] {
  switch (event.type) {
    case "workerLeft":
      if (event.reason === COORDINATOR_ENDED) return [];
      return [{ worker: event.worker.name, step: event.during, reason: event.reason }];
    case "workerRefused":
      return [{ worker: event.name, step: null, reason: event.reason }];
    default:
      return [];
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
}
