/** A whole run in one process: the real roster, trainer and sessions, joined by connections in memory. */
import { EventEmitter } from "node:events";
import { arithmeticProof, type DataSet, type KernelsFactory, planModel } from "@tributary/core";
import {
  type RunDescription,
  sha256Hex,
  stringify,
  type TrainingEvent,
  type WorkerProgress,
} from "@tributary/protocol";
import { Session, type SessionEnd, type Transport } from "@tributary/worker";
import { evenRanges } from "../../packages/coordinator/training/assignment.ts";
import { Roster } from "../../packages/coordinator/server/roster.ts";
import { Trainer } from "../../packages/coordinator/training/trainer.ts";
import { openTrainingNetwork } from "../../packages/coordinator/training/training_network.ts";
import type {
  StartState,
  TrainerOptions,
  TrainingResult,
} from "../../packages/coordinator/training/training.ts";
import { kernelsNamed } from "../../packages/worker/kernels_named.ts";
import { startCrew } from "../../packages/worker/threads/start_crew.ts";
import { blobOf, wasm } from "./toy.ts";

/** How a worker in memory behaves. */
export interface MemoryWorkerOptions {
  name?: string;
  kernels?: KernelsFactory;
  /** Real ones. */
  threads?: number;
  /** The connection breaks, without a word, when the worker has sent so many answers (frames and evaluations). */
  answersMax?: number;
  /** When it is to describe the layers, the connection breaks without a word, or nothing ever comes. */
  looks?: "breaks" | "silent";
}

/** A worker in memory. */
export interface MemoryWorker {
  /** Settles when its session is over. */
  ended: Promise<SessionEnd>;
  /** Breaks the connection. */
  break(): void;
  leave(reason: string): void;
}

/** A run in memory. */
export class MemoryRun implements AsyncDisposable {
  readonly events: TrainingEvent[] = [];
  readonly trainer: Trainer;
  readonly #roster: Roster;
  readonly #blob: Uint8Array<ArrayBuffer>;
  readonly #sessions: Promise<SessionEnd>[] = [];

  private constructor(trainer: Trainer, roster: Roster, blob: Uint8Array<ArrayBuffer>) {
    this.trainer = trainer;
    this.#roster = roster;
    this.#blob = blob;
    trainer.events$.subscribe((event) => this.events.push(event));
  }

  /** A run that nobody works for yet. */
  static async prepare(
    run: RunDescription,
    dataSet: DataSet,
    start?: StartState,
    options: Pick<TrainerOptions, "watching" | "monitorTraining" | "pausesOnDivergence" | "commit"> = {},
  ): Promise<MemoryRun> {
    const plan = planModel(run.model);
    const network = openTrainingNetwork(run, plan);
    const proofSha256 = await sha256Hex(arithmeticProof(network, run.leafSize));
    const { blob, dataSha256 } = await blobOf(dataSet);
    const text = stringify(run);
    const roster = new Roster({
      token: "token",
      run: text,
      runSha256: await sha256Hex(new TextEncoder().encode(text)),
      dataSha256,
      dataBytes: blob.length,
      proofSha256,
      parameters: plan.parameters,
      leafSize: run.leafSize,
    });
    const trainer = new Trainer({
      run,
      plan,
      dataSet,
      network,
      workers: roster.workers,
      now: () => 0,
      start,
      ...options,
      assign: (leaves, workers) => evenRanges(leaves, workers.length),
    });
    roster.open(trainer.listener);
    return new MemoryRun(trainer, roster, blob);
  }

  /** What each worker that is there has contributed. */
  get progress(): WorkerProgress[] {
    return [...this.#roster.workers].map(({ progress }) => progress);
  }

  /** Trains to the end. */
  train(signal: AbortSignal = new AbortController().signal): Promise<TrainingResult> {
    return this.trainer.run(signal);
  }

  /** A new worker connects. */
  join(
    {
      name = `worker-${this.#sessions.length + 1}`,
      kernels,
      threads = 1,
      answersMax = Infinity,
      looks,
    }: MemoryWorkerOptions = {},
  ): MemoryWorker {
    const connection = new MemoryConnection(answersMax, looks);
    this.#roster.accept(connection.socket as unknown as Parameters<Roster["accept"]>[0]);
    const session = new Session({
      transport: connection.transport,
      facts: { token: "token", name, kind: "deno", threads },
      kernels: (arithmetic) => kernels ?? wasm(arithmetic),
      startCrew: threads === 1 ? undefined : (run, dataSet) =>
        startCrew({ ...run, threads }, dataSet, {
          kernels: kernelsNamed("wasm"),
          arithmetic: run.arithmetic,
          program: new URL("../../packages/worker/threads/main.ts", import.meta.url),
        }),
      fetchData: () => Promise.resolve(this.#blob),
      onReady() {},
      onAnswer() {},
    });
    const ended = session.run();
    this.#sessions.push(ended);
    return {
      ended,
      break: () => connection.close(),
      leave: (reason) => session.leave(reason),
    };
  }

  /** So many workers join, and take part from now on. */
  async joinAll(...workers: MemoryWorkerOptions[]): Promise<MemoryWorker[]> {
    const joined: MemoryWorker[] = [];
    for (const options of workers) {
      const event = this.next("workerJoined");
      joined.push(this.join(options));
      await event;
    }
    return joined;
  }

  /** The first event that fits, from now on. */
  next<T extends TrainingEvent["type"]>(type: T): Promise<TrainingEvent & { type: T }> {
    return new Promise((resolve) => {
      const subscription = this.trainer.events$.subscribe((event) => {
        if (event.type !== type) return;
        resolve(event as TrainingEvent & { type: T });
        subscription.unsubscribe();
      });
    });
  }

  /** Events of one type. */
  eventsOf<T extends TrainingEvent["type"]>(type: T): (TrainingEvent & { type: T })[] {
    return this.events.filter((event): event is TrainingEvent & { type: T } => event.type === type);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#roster.end("The test is over.");
    this.trainer.complete();
    await Promise.all(this.#sessions);
  }
}

/** What a roster uses of the socket of `ws`. */
class MemorySocket extends EventEmitter {
  readonly #connection: MemoryConnection;

  constructor(connection: MemoryConnection) {
    super();
    this.#connection = connection;
  }

  send(data: string | Uint8Array<ArrayBuffer>, _options?: unknown, sent?: () => void): void {
    this.#connection.toWorker(typeof data === "string" ? data : data.slice());
    if (sent) queueMicrotask(sent);
  }

  close(): void {
    this.#connection.close();
  }

  terminate(): void {
    this.#connection.close();
  }

  ping(): void {
    this.emit("pong");
  }
}

/** Delivers in order and never synchronously, as a network does; what was sent before a close still arrives. */
class MemoryConnection {
  readonly socket: MemorySocket = new MemorySocket(this);
  readonly transport: Transport;
  readonly #queue: (string | Uint8Array<ArrayBuffer>)[] = [];
  #waiting: ((message: string | Uint8Array<ArrayBuffer> | null) => void) | null = null;
  #closed = false;
  #answersLeft: number;
  readonly #looks: MemoryWorkerOptions["looks"];

  constructor(answersMax: number, looks: MemoryWorkerOptions["looks"]) {
    this.#answersLeft = answersMax;
    this.#looks = looks;
    this.transport = {
      send: (data) => this.#toCoordinator(data),
      flush: () => Promise.resolve(),
      receive: () => {
        const message = this.#queue.shift();
        if (message !== undefined) return Promise.resolve(message);
        if (this.#closed) return Promise.resolve(null);
        return new Promise((resolve) => this.#waiting = resolve);
      },
      close: () => this.close(),
    };
  }

  toWorker(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#closed) return;
    if (this.#waiting === null) return void this.#queue.push(data);
    const receive = this.#waiting;
    this.#waiting = null;
    receive(data);
  }

  #toCoordinator(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#closed) return;
    if ((typeof data !== "string" || data.includes('"evaluated"')) && this.#answersLeft-- <= 0) {
      return this.close();
    }
    if (this.#looks !== undefined && typeof data === "string" && data.includes('"inspected"')) {
      return this.#looks === "breaks" ? this.close() : undefined;
    }
    const isBinary = typeof data !== "string";
    // A text arrives as bytes whose toString() is the text, as Node's Buffer has it.
    const copy = isBinary ? data.slice() : { toString: () => data };
    queueMicrotask(() => this.socket.emit("message", copy, isBinary));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting?.(null);
    queueMicrotask(() => this.socket.emit("close"));
  }
}
