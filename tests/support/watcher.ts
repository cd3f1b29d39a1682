/** Looks on at a run, as the page does, and keeps what it is told. */
import {
  type ClusterPulse,
  type Command,
  decodeWatchMessage,
  emptySteps,
  encodeCommandRequest,
  encodeWatchRequest,
  type Refusal,
  type StepColumns,
  type TrainingEvent,
  type WatchUpdate,
  type WorkerProgress,
} from "@tributary/protocol";
import { within } from "./within.ts";

/** An event of one type. */
export type EventOf<T extends TrainingEvent["type"]> = TrainingEvent & { type: T };

/** A watcher's socket and what came through it. */
export class Watcher implements AsyncDisposable {
  events: TrainingEvent[] = [];
  steps: StepColumns = emptySteps();
  workers: WorkerProgress[] = [];
  /** How the cluster did when it was last told. */
  pulse: ClusterPulse | null = null;
  /** Rollbacks make the feed begin anew; this counts beginnings. */
  beginnings = 0;
  /** Resolves when the run has said its last word. */
  readonly closed: Promise<void>;
  /** Whether the coordinator said so. */
  mayControl = false;
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (refusal: Refusal | null) => void>();
  #waiting = new Set<() => void>();
  #isClosed = false;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) =>
      socket.onclose = () => {
        this.#isClosed = true;
        resolve();
        this.#wake();
      }
    );
    socket.onerror = (event) => event.preventDefault();
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      const update = decodeWatchMessage(data);
      if (update.type === "commandAnswer") {
        this.#answers.get(update.id)?.(update.refusal);
        return;
      }
      if (update.type === "update") this.#take(update);
      for (const column of Object.keys(this.steps) as (keyof StepColumns)[]) {
        this.steps[column].push(...update.steps[column]);
      }
      this.#wake();
    };
  }

  /** Connects to `/watch`. */
  static async open(port: number, host = "127.0.0.1", token: string | null = null): Promise<Watcher> {
    const socket = new WebSocket(`ws://${host}:${port}/watch`);
    const watcher = new Watcher(socket);
    await within(
      new Promise<void>((resolve, reject) => {
        socket.onopen = () => resolve();
        watcher.closed.then(() => reject(new Error("the coordinator did not let the watcher in")));
      }),
      "the feed",
    );
    socket.send(encodeWatchRequest({ type: "watch", token }));
    return watcher;
  }

  /** Sends a command, and waits for its answer. */
  async command(command: Command): Promise<Refusal | null> {
    const id = this.#answers.size + 1;
    const answer = new Promise<Refusal | null>((resolve) => this.#answers.set(id, resolve));
    this.#socket.send(encodeCommandRequest({ type: "command", id, command }));
    return await within(answer, `the answer to the command ${command.type}`);
  }

  /** Waits until `find` gives something else than undefined; looks again at every update. */
  async until<T>(what: string, find: () => T | undefined, patienceMs?: number): Promise<T> {
    const found = (async () => {
      for (;;) {
        const value = find();
        if (value !== undefined) return value;
        if (this.#isClosed) {
          throw new Error(`The run ended without ${what}; events: ${JSON.stringify(this.events.slice(-12))}`);
        }
        await new Promise<void>((resolve) => this.#waiting.add(resolve));
      }
    })();
    found.catch(() => {}); // Thrown below, or came too late.
    try {
      return await within(found, what, patienceMs);
    } catch (error) {
      throw new Error(`${(error as Error).message}; events: ${JSON.stringify(this.events.slice(-12))}`);
    }
  }

  /** The first event of a type that fits, also of those before. */
  event<T extends TrainingEvent["type"]>(
    type: T,
    fits: (event: EventOf<T>) => boolean = () => true,
  ): Promise<EventOf<T>> {
    return this.until(`an event ${type}`, () => this.eventsOf(type).find(fits));
  }

  /** Waits for a step. */
  step(step: number): Promise<true> {
    return this.until(`step ${step}`, () => (this.steps.step.at(-1) ?? 0) >= step ? true : undefined);
  }

  eventsOf<T extends TrainingEvent["type"]>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** The longest time without a step within so many milliseconds of a moment. */
  longestGapMs(at: number, withinMs: number): number {
    const ends = this.steps.at;
    let longest = 0;
    for (let i = 1; i < ends.length; i++) {
      if (ends[i] >= at && ends[i - 1] <= at + withinMs) longest = Math.max(longest, ends[i] - ends[i - 1]);
    }
    return longest;
  }

  /** Whether the feed is over. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  #take({ mayControl, fromStart, events, workers, pulse }: WatchUpdate): void {
    this.mayControl ||= mayControl === true;
    if (fromStart) {
      this.events = [];
      this.steps = emptySteps();
      this.beginnings++;
    }
    this.events.push(...events);
    const told = new Map([...fromStart ? [] : this.workers, ...workers].map((total) => [total.id, total]));
    this.workers = [...told.values()];
    this.pulse = pulse ?? this.pulse;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const go of waiting) go();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#socket.readyState !== WebSocket.CLOSED) this.#socket.close();
    await within(this.closed, "the end of the feed");
  }
}
