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
  type JoinLinks,
  LIMITS,
  NONE_FORGOTTEN,
  type Refusal,
  type TrainingEvent,
  type WatchUpdate,
  type WorkerProgress,
} from "@tributary/protocol";
import type { Observable, Subscription } from "rxjs";
// @ts-types="@types/ws"
import type { RawData, WebSocket } from "ws";
import { type EarlierHistory, FeedHistory, type Moved } from "./feed_history.ts";
import type { StepDone } from "../training/training.ts";
import { WorkerTotals } from "./worker_totals.ts";
import { isGone, newWatcher, noteCommand, startAnew, type Watcher } from "./watcher.ts";

/** What a feed tells of. */
export interface FeedOptions {
  events$: Observable<TrainingEvent>;
  steps$: Observable<StepDone>;
  /** What happened before, in earlier processes of the run. */
  history?: EarlierHistory | null;
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

/** Keeps the whole history; owns the watchers' sockets. */
export class Feed {
  readonly #options: FeedOptions;
  readonly #history: FeedHistory;
  readonly #totals = new WorkerTotals();
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
    this.#history = new FeedHistory(options.history ?? null);
    this.#subscription = options.events$.subscribe((event) => {
      const moved = this.#history.take(event);
      if (moved !== null) { for (const watcher of this.#watchers) follow(watcher, moved); }
    });
    this.#subscription.add(options.steps$.subscribe((done) => this.#history.steps.push(done)));
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
      const watcher = newWatcher(socket, token, this.#options.now());
      socket.on("pong", () => watcher.heardAt = this.#options.now());
      socket.on("message", (data: RawData) => this.#onCommand(watcher, (data as Uint8Array).toString()));
      this.#watchers.add(watcher);
      socket.on("close", () => this.#watchers.delete(watcher));
      this.#totals.take(this.#options.workers());
      this.#tell(watcher);
    });
  }

  /** Takes a command, and answers it at once. */
  #onCommand(watcher: Watcher, text: string): void {
    const { socket, token } = watcher;
    if (socket.readyState !== socket.OPEN) return;
    const { now, mayControl, follow } = this.#options;
    const request = decodeCommandRequest(text);
    if (request === null || !noteCommand(watcher, now())) return socket.close(CLOSE_REFUSED, "message");
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
    this.#totals.take(this.#options.workers());
    for (const watcher of this.#watchers) {
      watcher.isCatchingUp = false;
      this.#tell(watcher);
      while (watcher.steps < this.#history.steps.length) this.#tellPacked(watcher);
      watcher.socket.close(CLOSE_DONE, "the run is over");
    }
  }

  #tellAll(): void {
    const encoded = new Map<string, Uint8Array>();
    const now = this.#options.now();
    if (this.isWatched) this.#totals.take(this.#options.workers());
    for (const watcher of this.#watchers) {
      const { bufferedAmount } = watcher.socket;
      if (bufferedAmount > LIMITS.watcherQueueBytesMax || isGone(watcher, now)) watcher.socket.terminate();
      // A page that is still reading the last update gets the next one when it is through.
      else if (bufferedAmount === 0) this.#tell(watcher, encoded);
    }
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
    const { events, steps, inspected } = this.#history;
    const isFarBehind = steps.length - watcher.steps > LIMITS.textStepsMax;
    const end = isFarBehind ? watcher.steps : steps.length;
    const isNews = watcher.fromStart || watcher.events < events.length || watcher.steps < end ||
      watcher.inspected !== inspected;
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
    const { now } = this.#options;
    const { events, steps, inspected } = this.#history;
    const totals = this.#totals;
    const pulse = this.#feel();
    const key = [
      watcher.events,
      watcher.steps,
      watcher.inspected === inspected,
      watcher.totals,
      watcher.pulse === pulse,
    ].join();
    let text = watcher.fromStart ? undefined : encoded.get(key);
    if (text === undefined) {
      const update: WatchUpdate = {
        type: "update",
        fromStart: watcher.fromStart,
        at: now(),
        events: events.slice(watcher.events),
        steps: steps.columns(watcher.steps, end),
        ...isFarBehind ? { stepsToCome: steps.length - end } : {},
        workers: totals.after(watcher.totals),
        ...pulse === null || pulse === watcher.pulse ? {} : { pulse },
        ...watcher.fromStart ? this.#greeting(watcher) : {},
      };
      if (inspected !== null && watcher.inspected !== inspected) update.events.push(inspected);
      text = new TextEncoder().encode(encodeWatchUpdate(update));
      if (!watcher.fromStart) encoded.set(key, text);
    }
    watcher.events = events.length;
    watcher.steps = end;
    watcher.inspected = inspected;
    watcher.totals = totals.version;
    watcher.pulse = pulse;
    watcher.fromStart = false;
    watcher.toldAt = now();
    watcher.socket.send(text, { binary: false });
  }

  /** What a page is told once. */
  #greeting({ token }: Watcher): Partial<WatchUpdate> {
    const { links, mayControl } = this.#options;
    const { forgotten, gradients } = this.#history;
    const invitation = links?.(token) ?? null;
    return {
      ...mayControl?.(token) ? { mayControl: true as const } : {},
      ...invitation === null ? {} : { links: invitation },
      ...forgotten === NONE_FORGOTTEN ? {} : { forgotten },
      ...gradients.length > 0 ? { gradients } : {},
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
    const { bytes, end } = this.#history.steps.packed(watcher.steps);
    watcher.steps = end;
    watcher.toldAt = this.#options.now();
    watcher.socket.send(bytes, { binary: true }, sent);
  }
}

/** A page stands where it stood, or begins anew. */
function follow(watcher: Watcher, moved: Moved): void {
  const told = moved(watcher.events);
  if (told === null) startAnew(watcher);
  else watcher.events = told;
}

/** The next pulse is felt after so many times as long as this one took: in a crowd, too, it costs 1 %. */
const PULSE_PAUSE_FACTOR = 100;

/** Where steps are long, how the cluster does is news enough. */
const SILENCE_MAX_MS = 1_000;
