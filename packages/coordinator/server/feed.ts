/** Tells pages what happens: everything so far when they come, then what is new, as fast as each of them reads. */
import {
  CLOSE_DONE,
  CLOSE_REFUSED,
  decodeWatchRequest,
  emptySteps,
  encodeWatchUpdate,
  type JoinLinks,
  LIMITS,
  type StepColumns,
  type TrainingEvent,
  type WatchUpdate,
} from "@tributary/protocol";
import type { Observable, Subscription } from "rxjs";
// @ts-types="@types/ws"
import type { RawData, WebSocket } from "ws";
import type { StepDone } from "../training/training.ts";
import type { WorkerLink } from "../training/worker_link.ts";

/** What a feed tells of. */
export interface FeedOptions {
  events$: Observable<TrainingEvent>;
  steps$: Observable<StepDone>;
  /** All workers that ever took part. */
  everyone: readonly WorkerLink[];
  /** Whether a page with this token may look on. */
  mayWatch(token: string | null): boolean;
  /** The ways to join, for a page with this token, or null where it may not invite workers: they hold the token to work. */
  links?(token: string | null): JoinLinks[] | null;
  /** Milliseconds since 1970. */
  now(): number;
}

type LayersInspected = Extract<TrainingEvent, { type: "layersInspected" }>;

/** How far a page has been told. */
interface Watcher {
  socket: WebSocket;
  /** What it showed to be let in. */
  token: string | null;
  events: number;
  steps: number;
  inspected: LayersInspected | null;
  fromStart: boolean;
  /** When it was told something last. */
  toldAt: number;
}

/** Keeps the whole history; owns the watchers' sockets. */
export class Feed {
  readonly #options: FeedOptions;
  readonly #events: TrainingEvent[] = [];
  readonly #steps: StepColumns = emptySteps();
  /** The latest one alone: they are long, and come every second. */
  #inspected: LayersInspected | null = null;
  readonly #watchers = new Set<Watcher>();
  readonly #subscription: Subscription;
  readonly #timer: ReturnType<typeof setInterval>;
  #sockets = 0;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#subscription = options.events$.subscribe((event) => {
      if (event.type === "layersInspected") {
        this.#inspected = event;
        return;
      }
      if (event.type === "rolledBack") this.#goBack(event.step);
      this.#events.push(event);
    });
    this.#subscription.add(options.steps$.subscribe((done) => {
      for (const column of COLUMNS) this.#steps[column].push(done[column]);
    }));
    this.#timer = setInterval(() => this.#tellAll(), LIMITS.watchIntervalMs);
  }

  /** Whether a page looks on. */
  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  /** Takes a page's socket in. */
  accept(socket: WebSocket): void {
    const handshake = setTimeout(() => socket.terminate(), LIMITS.helloTimeoutMs);
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      this.#sockets--;
      clearTimeout(handshake);
    });
    if (++this.#sockets > LIMITS.watchersMax) return socket.close(CLOSE_REFUSED, "full");
    socket.once("message", (data: RawData) => {
      clearTimeout(handshake);
      // A page says one thing. What is longer than that does not get here: the server lets nothing in that is.
      socket.once("message", () => socket.close(CLOSE_REFUSED, "message"));
      const request = decodeWatchRequest((data as Uint8Array).toString());
      if (request === null) return socket.close(CLOSE_REFUSED, "message");
      if (!this.#options.mayWatch(request.token)) return socket.close(CLOSE_REFUSED, "token");
      const { token } = request;
      const watcher: Watcher = {
        socket,
        token,
        events: 0,
        steps: 0,
        inspected: null,
        fromStart: true,
        toldAt: 0,
      };
      this.#watchers.add(watcher);
      socket.on("close", () => this.#watchers.delete(watcher));
      this.#tell(watcher);
    });
  }

  /** Tells the pages the rest, and ends. */
  end(): void {
    clearInterval(this.#timer);
    this.#subscription.unsubscribe();
    for (const watcher of this.#watchers) {
      do this.#tell(watcher); while (watcher.steps < this.#steps.step.length);
      watcher.socket.close(CLOSE_DONE, "the run is over");
    }
  }

  /** Forgets the steps that are void, and tells every page everything again. */
  #goBack(step: number): void {
    const kept = this.#steps.step.findLastIndex((done) => done <= step) + 1;
    for (const column of COLUMNS) this.#steps[column].length = kept;
    const events = this.#events.filter((event) => event.type !== "epochDone" || event.step <= step);
    this.#events.splice(0, this.#events.length, ...events);
    if (this.#inspected !== null && this.#inspected.step > step) this.#inspected = null;
    for (const watcher of this.#watchers) {
      Object.assign(watcher, { events: 0, steps: 0, inspected: null, fromStart: true });
    }
  }

  #tellAll(): void {
    for (const watcher of this.#watchers) {
      const { bufferedAmount } = watcher.socket;
      if (bufferedAmount > LIMITS.watcherQueueBytesMax) watcher.socket.terminate();
      // A page that is still reading the last update gets the next one when it is through.
      else if (bufferedAmount === 0) this.#tell(watcher);
    }
  }

  #tell(watcher: Watcher): void {
    const { everyone, now, links } = this.#options;
    const end = Math.min(this.#steps.step.length, watcher.steps + LIMITS.updateStepsMax);
    const inspected = watcher.inspected === this.#inspected || this.#inspected === null
      ? []
      : [this.#inspected];
    const isNews = watcher.fromStart || watcher.events < this.#events.length || watcher.steps < end ||
      inspected.length > 0;
    // A page that hears nothing for a while knows that its connection is dead.
    if (!isNews && now() - watcher.toldAt < LIMITS.pingIntervalMs) return;
    const steps = emptySteps();
    for (const column of COLUMNS) steps[column] = this.#steps[column].slice(watcher.steps, end);
    const invitation = watcher.fromStart ? links?.(watcher.token) ?? null : null;
    const update: WatchUpdate = {
      type: "update",
      fromStart: watcher.fromStart,
      at: now(),
      events: [...this.#events.slice(watcher.events), ...inspected],
      steps,
      workers: everyone.map((worker) => worker.progress),
      ...invitation === null ? {} : { links: invitation },
    };
    watcher.events = this.#events.length;
    watcher.steps = end;
    watcher.inspected = this.#inspected;
    watcher.fromStart = false;
    watcher.toldAt = now();
    watcher.socket.send(encodeWatchUpdate(update));
  }
}

const COLUMNS = ["step", "loss", "accuracy", "samples", "ms", "at"] as const satisfies (keyof StepColumns)[];
