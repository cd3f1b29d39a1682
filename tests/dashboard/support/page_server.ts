/** A coordinator without a run, for the tests of the page: serves the built page and plays updates to it. */
import { DIST_FILES, DIST_URL } from "@tributary/dashboard";
import {
  CLOSE_REFUSED,
  type ClusterPulse,
  type Command,
  decodeCommandRequest,
  decodeWatchRequest,
  emptySteps,
  encodeCommandAnswer,
  encodeWatchUpdate,
  LIMITS,
  packSteps,
  type Refusal,
  type RefusalCode,
  type StepColumns,
  type TrainingEvent,
  type WatchRequest,
  type WatchUpdate,
  type WorkerProgress,
} from "@tributary/protocol";
import { scriptedWeights } from "./scripted_weights.ts";
import { findPageData, type PageDataSource } from "../../../packages/coordinator/server/page_data.ts";
import type { PastRuns } from "./past_runs.ts";

/** What is new in an update; `at` is the coordinator's clock. */
export interface News {
  at: number;
  events?: TrainingEvent[];
  steps?: StepColumns;
  workers?: WorkerProgress[];
  pulse?: ClusterPulse;
}

const HEADERS = {
  "content-security-policy":
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "referrer-policy": "no-referrer",
};

/** Serves the page on a free port of 127.0.0.1, under the headers of the real coordinator. */
export class PageServer implements AsyncDisposable {
  /** Watchers' first messages, in order of arrival. */
  readonly requests: WatchRequest[] = [];
  /** A code: sockets are closed with it, as by a coordinator that refuses. */
  refusal: RefusalCode | null = null;
  /** Whether pages may send commands. */
  mayControl = false;
  /** Commands of pages, in order of arrival. */
  readonly commands: Command[] = [];
  /** Answers a command; by default, it is followed. Undefined: with nothing. */
  follow: (command: Command) => Refusal | null | undefined = () => null;
  /** What is served below /tensors/, by name: at first, the first layer of the scripted run. */
  readonly tensors = new Map<string, { step: number; shape: number[]; values: Float32Array<ArrayBuffer> }>([
    ["1.weight", { step: 100, shape: [784, 100], values: scriptedWeights(100) }],
  ]);
  /** Paths that were asked for below /tensors/, in order. */
  readonly tensorRequests: string[] = [];
  /** What else a page can fetch of the model and the data. */
  pageData: PageDataSource = {};
  /** What is served below /runs. */
  pastRuns: PastRuns | null = null;
  /** False: nobody answers at /watch. */
  isUp = true;
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => this.#answer(request),
  );
  readonly #sockets = new Set<WebSocket>();
  #history: WatchUpdate | null = null;

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  /** Sends what is new to all watchers; later watchers get it at once. */
  play(news: News): void {
    const update = asUpdate(news, false);
    this.#history = this.#history ? joinedUpdates(this.#history, update) : asUpdate(news, true);
    for (const socket of this.#sockets) socket.send(encodeWatchUpdate(update));
  }

  /** Closes all sockets. */
  disconnect(): void {
    for (const socket of this.#sockets) socket.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.disconnect();
    await this.#server.shutdown();
  }

  #answer(request: Request): Response | Promise<Response> {
    const { pathname } = new URL(request.url);
    if (this.pastRuns !== null && /^\/runs(\/|$)/.test(pathname)) return this.pastRuns.answer(request);
    if (pathname === "/watch") return this.#watch(request);
    if (pathname.startsWith("/tensors/")) return this.#tensor(pathname.slice("/tensors/".length));
    const data = findPageData(pathname, this.pageData);
    if (data) return new Response(data.copy(), { headers: { ...HEADERS, ...data.headers } });
    const found = DIST_FILES.find(({ path }) => path === pathname);
    if (!found) return new Response("Not found", { status: 404, headers: HEADERS });
    return Deno.readFile(new URL(found.file, DIST_URL))
      .then((body) => new Response(body, { headers: { ...HEADERS, "content-type": found.contentType } }));
  }

  #tensor(name: string): Response {
    this.tensorRequests.push(name);
    const tensor = this.tensors.get(name);
    if (!tensor) return new Response("Not found\n", { status: 404, headers: HEADERS });
    const { step, shape, values } = tensor;
    const about = { "x-tributary-step": String(step), "x-tributary-shape": shape.join() };
    return new Response(values, { headers: { ...HEADERS, ...about } });
  }

  #watch(request: Request): Response {
    if (!this.isUp) return new Response("Gone", { status: 503 });
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => {
      if (this.#sockets.has(socket)) return this.#onCommand(socket, data);
      const watch = decodeWatchRequest(data);
      if (!watch) throw new Error(`The page's first message is no watch request: ${data}`);
      this.requests.push(watch);
      if (this.refusal !== null) return socket.close(CLOSE_REFUSED, this.refusal);
      const { steps, ...update } = this.#history ?? asUpdate({ at: Date.now() }, true);
      // As the coordinator does: a long history comes as bytes.
      const isLong = steps.step.length > LIMITS.textStepsMax;
      const first = { ...update, steps: isLong ? emptySteps() : steps };
      socket.send(encodeWatchUpdate(this.mayControl ? { ...first, mayControl: true } : first));
      for (let row = 0; isLong && row < steps.step.length; row += LIMITS.packedStepsMax) {
        socket.send(packSteps(steps, row, Math.min(row + LIMITS.packedStepsMax, steps.step.length)));
      }
      this.#sockets.add(socket);
    };
    socket.onclose = () => this.#sockets.delete(socket);
    return response;
  }

  #onCommand(socket: WebSocket, data: string): void {
    const request = decodeCommandRequest(data);
    if (request === null || "refusal" in request) throw new Error(`The page sent no command: ${data}`);
    this.commands.push(request.command);
    const refusal = this.follow(request.command);
    if (refusal === undefined) return;
    socket.send(encodeCommandAnswer({ type: "commandAnswer", id: request.id, refusal }));
  }
}

function asUpdate(news: News, fromStart: boolean): WatchUpdate {
  return { type: "update", fromStart, events: [], steps: emptySteps(), workers: [], ...news };
}

function joinedUpdates(a: WatchUpdate, b: WatchUpdate): WatchUpdate {
  const steps = emptySteps();
  for (const name of Object.keys(steps) as (keyof StepColumns)[]) {
    steps[name] = [...a.steps[name], ...b.steps[name]];
  }
  const workers = b.workers.length > 0 ? b.workers : a.workers;
  const pulse = b.pulse ?? a.pulse;
  const joined = { ...a, at: b.at, events: [...a.events, ...b.events], steps, workers };
  return pulse === undefined ? joined : { ...joined, pulse };
}
