/** Tells pages what happens: everything so far when they come, then what is new, as fast as each of them reads. */
import {
  CLOSE_DONE,
  CLOSE_REFUSED,
  type ClusterPulse,
  type Command,
  decodeCommandRequest,
  decodeWatchRequest,
  emptySteps,
  encodeCommandAnswer,
  encodeWatchUpdate,
  type GradientPoint,
  gradientPoint,
  type JoinLinks,
  LIMITS,
  type Refusal,
  type StepColumns,
  type TrainingEvent,
  type WatchUpdate,
  withGradientPoint,
  type WorkerProgress,
} from "@tributary/protocol";
import type { Observable, Subscription } from "rxjs";
// @ts-types="@types/ws"
import type { RawData, WebSocket } from "ws";
import type { StepDone } from "../training/training.ts";

/** What a feed tells of. */
export interface FeedOptions {
  events$: Observable<TrainingEvent>;
  steps$: Observable<StepDone>;
  /** What happened before, in earlier processes of the run. */
  history?: { events: readonly TrainingEvent[]; steps: StepColumns } | null;
  /** What all workers that ever took part have contributed. */
  workers(): WorkerProgress[];
  /** How the cluster does right now; by default, nothing is told of it. */
  pulse?(): ClusterPulse;
  /** Whether a page with this token may look on. */
  mayWatch(token: string | null): boolean;
  /** The ways to join, for a page with this token, or null where it may not invite workers: they hold the token to work. */
  links?(token: string | null): JoinLinks[] | null;
  /** Whether a page with this token may send commands; by default, none may. */
  mayControl?(token: string | null): boolean;
  /** Takes a command of a page that may send it. @returns why it cannot be followed, or null. */
  follow?(command: Command): Refusal | null;
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
  /** The pulse that it was told last. */
  pulse: ClusterPulse | null;
  /** When it was told something last. */
  toldAt: number;
  /** Times of its commands in the last second. */
  commands: number[];
}

/** Keeps the whole history; owns the watchers' sockets. */
export class Feed {
  readonly #options: FeedOptions;
  readonly #events: TrainingEvent[];
  readonly #steps: StepColumns;
  /** The latest one alone: they are long, and come every second. */
  #inspected: LayersInspected | null = null;
  /** What stays of the others. */
  #gradients: readonly GradientPoint[] = [];
  readonly #watchers = new Set<Watcher>();
  readonly #subscription: Subscription;
  readonly #timer: ReturnType<typeof setInterval>;
  #sockets = 0;
  /** The latest one, the same for all pages, and when it was felt. */
  #pulse: ClusterPulse | null = null;
  #pulseAt = -Infinity;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#events = [...options.history?.events ?? []];
    this.#steps = options.history?.steps ?? emptySteps();
    this.#subscription = options.events$.subscribe((event) => {
      if (event.type === "layersInspected") {
        this.#inspected = event;
        this.#gradients = withGradientPoint(this.#gradients, gradientPoint(event));
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
      // What is longer than a request does not get here: the server lets nothing in that is.
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
        pulse: null,
        toldAt: 0,
        commands: [],
      };
      socket.on("message", (data: RawData) => this.#onCommand(watcher, (data as Uint8Array).toString()));
      this.#watchers.add(watcher);
      socket.on("close", () => this.#watchers.delete(watcher));
      this.#tell(watcher);
    });
  }

  /** Takes a command, and answers it at once. */
  #onCommand(watcher: Watcher, text: string): void {
    const { socket, token, commands } = watcher;
    if (socket.readyState !== socket.OPEN) return;
    const { now, mayControl, follow } = this.#options;
    const request = decodeCommandRequest(text);
    while (commands.length > 0 && now() - commands[0] >= 1_000) commands.shift();
    if (request === null || commands.length >= LIMITS.commandsPerSecondMax) {
      return socket.close(CLOSE_REFUSED, "message");
    }
    commands.push(now());
    const answer = (refusal: Refusal | null) =>
      socket.send(encodeCommandAnswer({ type: "commandAnswer", id: request.id, refusal }));
    if (follow === undefined || !mayControl?.(token)) {
      const reason =
        "A command needs the token to control: open the page by the link that the coordinator printed";
      return answer({ code: "token", reason });
    }
    answer("refusal" in request ? request.refusal : follow(request.command));
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
    this.#gradients = this.#gradients.filter((point) => point.step <= step);
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

  /** How the cluster does, not more often than an eye needs it. */
  #feel(): ClusterPulse | null {
    const { now, pulse } = this.#options;
    if (pulse === undefined || now() - this.#pulseAt < LIMITS.pulseIntervalMs) return this.#pulse;
    this.#pulseAt = now();
    return this.#pulse = pulse();
  }

  #tell(watcher: Watcher): void {
    const { workers, now, links } = this.#options;
    const end = Math.min(this.#steps.step.length, watcher.steps + LIMITS.updateStepsMax);
    const inspected = watcher.inspected === this.#inspected || this.#inspected === null
      ? []
      : [this.#inspected];
    const isNews = watcher.fromStart || watcher.events < this.#events.length || watcher.steps < end ||
      inspected.length > 0;
    // A page that hears nothing for a while knows that its connection is dead.
    const isOld = now() - watcher.toldAt >= (this.#options.pulse ? SILENCE_MAX_MS : LIMITS.pingIntervalMs);
    if (!isNews && !isOld) return;
    const pulse = this.#feel();
    const steps = emptySteps();
    for (const column of COLUMNS) steps[column] = this.#steps[column].slice(watcher.steps, end);
    const invitation = watcher.fromStart ? links?.(watcher.token) ?? null : null;
    const update: WatchUpdate = {
      type: "update",
      fromStart: watcher.fromStart,
      at: now(),
      events: [...this.#events.slice(watcher.events), ...inspected],
      steps,
      workers: workers(),
      ...watcher.fromStart && this.#options.mayControl?.(watcher.token) ? { mayControl: true as const } : {},
      ...pulse === null || pulse === watcher.pulse ? {} : { pulse },
      ...invitation === null ? {} : { links: invitation },
      ...watcher.fromStart && this.#gradients.length > 0 ? { gradients: this.#gradients } : {},
    };
    watcher.events = this.#events.length;
    watcher.steps = end;
    watcher.inspected = this.#inspected;
    watcher.pulse = pulse;
    watcher.fromStart = false;
    watcher.toldAt = now();
    watcher.socket.send(encodeWatchUpdate(update));
  }
}

/** Where steps are long, how the cluster does is news enough. */
const SILENCE_MAX_MS = 1_000;

const COLUMNS = ["step", "loss", "accuracy", "samples", "ms", "at"] as const satisfies (keyof StepColumns)[];
