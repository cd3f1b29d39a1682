/** Tells pages what happens: everything so far when they come, then what is new, as fast as each of them reads. */
import {
  CLOSE_DONE,
  CLOSE_REFUSED,
  type ClusterPulse,
  type Command,
  decodeCommandRequest,
  decodeWatchRequest,
  encodeCommandAnswer,
  encodeWatchUpdate,
  forgetOldRanges,
  type GradientPoint,
  gradientPoint,
  isOfRange,
  isVoidAfter,
  type JoinLinks,
  LIMITS,
  NONE_FORGOTTEN,
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
import { StepChunks } from "./step_chunks.ts";
import type { StepDone } from "../training/training.ts";

/** What a feed tells of. */
export interface FeedOptions {
  events$: Observable<TrainingEvent>;
  steps$: Observable<StepDone>;
  /** What happened before, in earlier processes of the run. */
  history?: {
    events: readonly TrainingEvent[];
    steps: StepColumns;
    gradients?: readonly GradientPoint[];
  } | null;
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
  /** Whether a message of steps is on its way, behind which more will follow. */
  isCatchingUp: boolean;
  /** When it was pinged last, and when it last showed that somebody is there: by an answer, or by reading what was queued. */
  pingedAt: number;
  heardAt: number;
  /** Bytes that were queued when it was last looked at. */
  queued: number;
  /** Times of its commands in the last second. */
  commands: number[];
}

/** Keeps the whole history; owns the watchers' sockets. */
export class Feed {
  readonly #options: FeedOptions;
  #events: TrainingEvent[];
  /** Of ranges, among them; and how many are no longer among them. */
  #ranges: number;
  #forgotten = NONE_FORGOTTEN;
  readonly #steps = new StepChunks();
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
  #pulsePauseMs: number = LIMITS.pulseIntervalMs;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#events = [...options.history?.events ?? []];
    this.#ranges = this.#events.filter(isOfRange).length;
    this.#forgetOld();
    if (options.history) this.#steps.append(options.history.steps);
    this.#gradients = options.history?.gradients ?? [];
    this.#subscription = options.events$.subscribe((event) => {
      if (event.type === "layersInspected") {
        this.#inspected = event;
        this.#gradients = withGradientPoint(this.#gradients, gradientPoint(event));
        return;
      }
      if (event.type === "rolledBack") this.#goBack(event.step);
      this.#events.push(event);
      if (!isOfRange(event)) return;
      this.#ranges++;
      this.#forgetOld();
    });
    this.#subscription.add(options.steps$.subscribe((done) => this.#steps.push(done)));
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
        isCatchingUp: false,
        pingedAt: this.#options.now(),
        heardAt: this.#options.now(),
        queued: 0,
        commands: [],
      };
      socket.on("pong", () => watcher.heardAt = this.#options.now());
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
      watcher.isCatchingUp = false;
      this.#tell(watcher);
      while (watcher.steps < this.#steps.length) this.#tellPacked(watcher);
      watcher.socket.close(CLOSE_DONE, "the run is over");
    }
  }

  /** Forgets the steps that are void, and tells every page everything again. */
  #goBack(step: number): void {
    this.#steps.forgetAfter(step);
    const events = this.#events.filter((event) => !isVoidAfter(event, step));
    this.#events.splice(0, this.#events.length, ...events);
    if (this.#inspected !== null && this.#inspected.step > step) this.#inspected = null;
    this.#gradients = this.#gradients.filter((point) => point.step <= step);
    for (const watcher of this.#watchers) startAnew(watcher);
  }

  /** Forgets the older events of ranges where there are too many. */
  #forgetOld(): void {
    const shorter = forgetOldRanges(this.#events, this.#ranges, this.#forgotten);
    if (shorter === null) return;
    this.#ranges -= this.#events.length - shorter.events.length;
    for (const watcher of this.#watchers) {
      const told = shorter.kept(watcher.events);
      if (told === null) startAnew(watcher);
      else watcher.events = told;
    }
    this.#events = shorter.events;
    this.#forgotten = shorter.forgotten;
  }

  #tellAll(): void {
    const encoded = new Map<string, Uint8Array>();
    for (const watcher of this.#watchers) {
      const { bufferedAmount } = watcher.socket;
      if (bufferedAmount > LIMITS.watcherQueueBytesMax || this.#isGone(watcher)) watcher.socket.terminate();
      // A page that is still reading the last update gets the next one when it is through.
      else if (bufferedAmount === 0) this.#tell(watcher, encoded);
    }
  }

  /**
   * Whether a page has given no sign of life for too long. It is pinged for that: what it does not read may lie in the system's
   * buffers, where it cannot be seen.
   */
  #isGone(watcher: Watcher): boolean {
    const now = this.#options.now();
    const { socket, queued, pingedAt } = watcher;
    if (socket.bufferedAmount < queued) watcher.heardAt = now;
    watcher.queued = socket.bufferedAmount;
    if (now - pingedAt >= LIMITS.pingIntervalMs) {
      watcher.pingedAt = now;
      socket.ping();
    }
    return now - watcher.heardAt > LIMITS.watcherStallMs;
  }

  /** How the cluster does, not more often than an eye needs it. */
  #feel(): ClusterPulse | null {
    const { now, pulse } = this.#options;
    if (pulse === undefined || now() - this.#pulseAt < this.#pulsePauseMs) return this.#pulse;
    this.#pulseAt = now();
    const started = performance.now();
    this.#pulse = pulse();
    this.#pulsePauseMs = Math.max(LIMITS.pulseIntervalMs, PULSE_PAUSE_FACTOR * (performance.now() - started));
    return this.#pulse;
  }

  /**
   * Tells a page what is new for it.
   *
   * @param encoded updates of this moment, by what they tell: pages that stand at the same place get the same bytes.
   */
  #tell(watcher: Watcher, encoded = new Map<string, Uint8Array>()): void {
    if (watcher.isCatchingUp) return;
    const isFarBehind = this.#steps.length - watcher.steps > LIMITS.textStepsMax;
    const end = isFarBehind ? watcher.steps : this.#steps.length;
    const isNews = watcher.fromStart || watcher.events < this.#events.length || watcher.steps < end ||
      watcher.inspected !== this.#inspected;
    // A page that hears nothing for a while knows that its connection is dead.
    const silenceMaxMs = this.#options.pulse ? SILENCE_MAX_MS : LIMITS.pingIntervalMs;
    if (isNews || this.#options.now() - watcher.toldAt >= silenceMaxMs) {
      this.#tellUpdate(watcher, { end, isFarBehind, encoded });
    }
    if (isFarBehind) this.#catchUp(watcher);
  }

  #tellUpdate(
    watcher: Watcher,
    { end, isFarBehind, encoded }: { end: number; isFarBehind: boolean; encoded: Map<string, Uint8Array> },
  ): void {
    const { workers, now } = this.#options;
    const pulse = this.#feel();
    const key = [
      watcher.events,
      watcher.steps,
      watcher.inspected === this.#inspected,
      watcher.pulse === pulse,
    ].join();
    let text = watcher.fromStart ? undefined : encoded.get(key);
    if (text === undefined) {
      const update: WatchUpdate = {
        type: "update",
        fromStart: watcher.fromStart,
        at: now(),
        events: this.#events.slice(watcher.events),
        steps: this.#steps.columns(watcher.steps, end),
        ...isFarBehind ? { stepsToCome: this.#steps.length - end } : {},
        workers: workers(),
        ...pulse === null || pulse === watcher.pulse ? {} : { pulse },
        ...watcher.fromStart ? this.#greeting(watcher) : {},
      };
      if (this.#inspected !== null && watcher.inspected !== this.#inspected) {
        update.events.push(this.#inspected);
      }
      text = new TextEncoder().encode(encodeWatchUpdate(update));
      if (!watcher.fromStart) encoded.set(key, text);
    }
    watcher.events = this.#events.length;
    watcher.steps = end;
    watcher.inspected = this.#inspected;
    watcher.pulse = pulse;
    watcher.fromStart = false;
    watcher.toldAt = now();
    watcher.socket.send(text, { binary: false });
  }

  /** What a page is told once. */
  #greeting({ token }: Watcher): Partial<WatchUpdate> {
    const { links, mayControl } = this.#options;
    const invitation = links?.(token) ?? null;
    return {
      ...mayControl?.(token) ? { mayControl: true as const } : {},
      ...invitation === null ? {} : { links: invitation },
      ...this.#forgotten === NONE_FORGOTTEN ? {} : { forgotten: this.#forgotten },
      ...this.#gradients.length > 0 ? { gradients: this.#gradients } : {},
    };
  }

  /** Sends message after message of steps, each when the one before has left, until what is left fits into an update. */
  #catchUp(watcher: Watcher): void {
    watcher.isCatchingUp = true;
    this.#tellPacked(watcher, (error) => {
      if (!watcher.isCatchingUp || error) return;
      watcher.isCatchingUp = false;
      this.#tell(watcher);
    });
  }

  #tellPacked(watcher: Watcher, sent?: (error?: Error | null) => void): void {
    const { bytes, end } = this.#steps.packed(watcher.steps);
    watcher.steps = end;
    watcher.toldAt = this.#options.now();
    watcher.socket.send(bytes, { binary: true }, sent);
  }
}

/** Lets a page be told everything again. */
function startAnew(watcher: Watcher): void {
  Object.assign(watcher, { events: 0, steps: 0, inspected: null, fromStart: true });
}

/** The next pulse is felt after so many times as long as this one took: in a crowd, too, it costs 1 %. */
const PULSE_PAUSE_FACTOR = 100;

/** Where steps are long, how the cluster does is news enough. */
const SILENCE_MAX_MS = 1_000;
