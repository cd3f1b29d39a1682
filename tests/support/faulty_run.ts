/** A run with real processes in which things go wrong: the coordinator, workers behind links of ours, and a watcher. */
import { assert, assertEquals } from "@std/assert";
import { permutation, PURPOSE } from "@tributary/core";
import type { RunDescription, StepColumns } from "@tributary/protocol";
import { FaultyLink } from "./faulty_link.ts";
import { printedLinks } from "./join_links.ts";
import { descendantWith, RunningTask } from "./processes.ts";
import { SmallRun } from "./small_run.ts";
import { Watcher } from "./watcher.ts";

/** What `--json` says of a run, as far as it is looked at. */
export interface RunResult {
  outcome: string;
  epochs: number;
  steps: number;
  samples: number;
  seconds: number;
  parametersSha256: string;
  workers: { name: string; leaves: number; samples: number }[];
  faults: { worker: string; step: number | null; reason: string }[];
}

/** A network that has so much to do for each leaf that three workers are worth it: 20 leaves a step, 4 steps an epoch. */
export function workingRun(epochs: number): Promise<SmallRun> {
  return SmallRun.make({
    model: {
      input: [16],
      layers: [
        { type: "dense", units: 256, activation: "tanh" },
        { type: "dense", units: 256, activation: "tanh" },
        { type: "dense", units: 3, activation: "softmax" },
      ],
      loss: "logLikelihood",
      initialiser: "scaled",
    },
    optimiser: { type: "sgd", learningRate: 0.05 },
    epochs,
    batchSize: 200,
    leafSize: 10,
  });
}

/** How a run is to be started. */
export interface FaultyRunOptions {
  /** By default 3, named ada, bob and eve. */
  workers?: readonly string[];
  /** For the coordinator. */
  args?: readonly string[];
  /** Where checkpoints go: with it, the coordinator can be killed, and comes back under the same address. */
  folder?: string;
}

/** A checkpoint is due so often, where there are any: 60 ms, so that one is being written at most moments. */
const OFTEN = ["--checkpoint-minutes", "0.001"];
/** Known to the coordinator before its death and after it. */
const TOKEN = "a-token-that-outlives-them";

/** A worker's process and the link that it came through. */
export interface LinkedWorker {
  name: string;
  task: RunningTask;
  link: FaultyLink;
}

/** A run that has begun. */
export class FaultyRun implements AsyncDisposable {
  coordinator: RunningTask;
  watcher: Watcher;
  readonly port: number;
  readonly token: string;
  readonly workers = new Map<string, LinkedWorker>();
  readonly #description: RunDescription;
  /** For the coordinator that goes on, or null where it cannot. */
  readonly #resumeArgs: readonly string[] | null;

  private constructor(
    coordinator: RunningTask,
    watcher: Watcher,
    { port, token }: { port: number; token: string },
    description: RunDescription,
    resumeArgs: readonly string[] | null,
  ) {
    this.coordinator = coordinator;
    this.watcher = watcher;
    this.port = port;
    this.token = token;
    this.#description = description;
    this.#resumeArgs = resumeArgs;
  }

  /** Starts coordinator and workers; the first step waits for all of them. */
  static async start(
    run: SmallRun,
    { workers = ["ada", "bob", "eve"], args = [], folder }: FaultyRunOptions = {},
  ): Promise<FaultyRun> {
    const all = [
      "--json",
      ...["--min-workers", String(workers.length)],
      ...args,
      ...folder === undefined
        ? ["--port", "0"]
        : ["--port", `${freePort()}`, "--checkpoint", folder, ...OFTEN],
    ];
    const coordinator = RunningTask.start("coordinator", [run.path, ...all], { env: envOf(folder) });
    try {
      const links = await printedLinks(coordinator);
      const watcher = await Watcher.open(links.port);
      const faulty = new FaultyRun(
        coordinator,
        watcher,
        links,
        run.description,
        folder === undefined ? null : [...all, "--resume"],
      );
      await Promise.all(workers.map((name) => faulty.addWorker(name)));
      return faulty;
    } catch (error) {
      await coordinator[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Starts one more worker, over a link of its own. */
  async addWorker(name: string): Promise<LinkedWorker> {
    const link = await FaultyLink.open(this.port);
    const task = RunningTask.start("worker", [
      `http://127.0.0.1:${link.port}/#work=${this.token}`,
      "--name",
      name,
    ]);
    const worker = { name, task, link };
    this.workers.set(name, worker);
    return worker;
  }

  worker(name: string): LinkedWorker {
    return this.workers.get(name)!;
  }

  /** Samples that a worker has been credited with so far, over all its visits. */
  samplesOf(name: string): number {
    const ids = this.watcher.eventsOf("workerJoined").filter(({ worker }) =>
      worker.name === name || worker.name.startsWith(`${name} (`)
    ).map(({ worker }) => worker.id);
    return this.watcher.workers.filter(({ id }) => ids.includes(id)).reduce(
      (n, { samples }) => n + samples,
      0,
    );
  }

  /** The worker that has been given most so far: a fault of it is noticed. */
  busiest(): LinkedWorker {
    const names = [...this.workers.keys()];
    return this.worker(names.reduce((a, b) => this.samplesOf(a) >= this.samplesOf(b) ? a : b));
  }

  /** Ends what is left of a worker, and starts it again. */
  async replaceWorker(name: string): Promise<void> {
    const { task, link } = this.worker(name);
    if (this.isRunning) await Promise.race([task.finished().catch(() => {}), this.watcher.closed]);
    await task[Symbol.asyncDispose]();
    await link[Symbol.asyncDispose]();
    await this.addWorker(name);
  }

  /** Kills the coordinator, and starts it again after a while. @returns when it was killed; null: the run was over before. */
  async killCoordinator(downMs: number): Promise<number | null> {
    if (this.#resumeArgs === null) throw new Error("This run has no folder to go on from");
    const at = Date.now();
    try {
      Deno.kill(descendantWith(this.coordinator.pid, "--permission-set=coordinator"), "SIGKILL");
    } catch {
      return null;
    }
    const { code } = await this.coordinator.finished();
    if (code === 0) return null;
    await this.watcher.closed;
    await new Promise((resolve) => setTimeout(resolve, downMs));
    this.coordinator = RunningTask.start("coordinator", this.#resumeArgs, {
      env: { TRIBUTARY_TOKEN: TOKEN },
    });
    await printedLinks(this.coordinator);
    this.watcher = await Watcher.open(this.port);
    return at;
  }

  /** Ids of the workers that take part. */
  get present(): number[] {
    const gone = new Set(this.watcher.eventsOf("workerLeft").map(({ worker }) => worker.id));
    const joined = this.watcher.eventsOf("workerJoined").map(({ worker }) => worker.id);
    return joined.filter((id) => !gone.has(id));
  }

  /** Steps done, as far as the feed has told. */
  get lastStep(): number {
    return this.watcher.steps.step.at(-1) ?? 0;
  }

  get stepsPerEpoch(): number {
    return this.watcher.eventsOf("runStarted")[0].facts.stepsPerEpoch;
  }

  /** Whether the run is not over yet. */
  get isRunning(): boolean {
    return !this.watcher.isClosed;
  }

  /** What a promise gives, or null when the run is over before. */
  async unlessOver<T>(promise: Promise<T>): Promise<T | null> {
    try {
      return await Promise.race([promise, this.watcher.closed.then(() => null)]);
    } catch (error) {
      if (this.isRunning) throw error;
      return null;
    }
  }

  /** Waits for the end and looks at what every run must fulfil, whatever went wrong in it. */
  async finish(sha256: string, patienceMs = 60_000): Promise<RunResult> {
    const { code, stdout, stderr } = await this.coordinator.finished(patienceMs);
    await this.watcher.closed;
    assertEquals(code, 0, stderr);
    const result: RunResult = JSON.parse(stdout);
    assertEquals(result.parametersSha256, sha256);
    const ended = this.watcher.eventsOf("runEnded");
    assertEquals(ended.map(({ outcome, parametersSha256 }) => [outcome, parametersSha256]), [[
      "completed",
      sha256,
    ]]);
    const { train } = this.watcher.eventsOf("runStarted")[0].facts.samples;
    assertEquals([result.epochs, result.samples], [
      this.#description.epochs,
      train * this.#description.epochs,
    ]);
    assertEquals(result.steps, this.watcher.steps.step.length);
    assertConsumedOnce(this.watcher.steps, train, this.#description);
    // Every wait said for what, and ended.
    const waits = this.watcher.eventsOf("waiting");
    assertEquals(this.watcher.eventsOf("resumed").length, waits.length);
    assert(waits.every(({ reason }) => reason.length > 20));
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { task } of this.workers.values()) await task[Symbol.asyncDispose]();
    await this.coordinator[Symbol.asyncDispose]();
    await this.watcher[Symbol.asyncDispose]();
    for (const { link } of this.workers.values()) await link[Symbol.asyncDispose]();
  }
}

function envOf(folder: string | undefined): Record<string, string> {
  return folder === undefined ? {} : { TRIBUTARY_TOKEN: TOKEN };
}

/** A port that was free a moment ago. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

/** Every epoch's steps, one after the other, used every sample of the permutation once. */
function assertConsumedOnce(
  { step, samples }: StepColumns,
  count: number,
  { seed, epochs, batchSize }: RunDescription,
): void {
  assertEquals(step, Array.from(step, (_, i) => i + 1), "steps come one after the other, each once");
  let row = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = permutation(count, { seed, purpose: PURPOSE.permutation, stream: epoch });
    const used: number[] = [];
    for (; used.length < count && row < samples.length; row++) {
      assertEquals(samples[row], Math.min(batchSize, count - used.length), `step ${row + 1}`);
      for (let i = 0; i < samples[row]; i++) used.push(order[used.length]);
    }
    assertEquals(
      used.toSorted((a, b) => a - b),
      Array.from({ length: count }, (_, i) => i),
      `epoch ${epoch}`,
    );
  }
  assertEquals(row, step.length);
}
