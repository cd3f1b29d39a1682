/**
 * The page's Web Worker: computes. It is driven by the coordinator's messages alone, since browsers slow the timers of hidden
 * tabs; the one timer here is for the page's display.
 */
import { canShareMemory } from "@tributary/core";
import { parseCoordinatorAddress } from "../coordinator_address.ts";
import { kernelsNamed } from "../kernels_named.ts";
import { isThread, runThread } from "../threads/thread.ts";
import { runWorkerLoop } from "../worker_loop.ts";
import type { PageMessage, WebWorkerMessage } from "./messages.ts";

/** The page is told how many samples were computed this often; more could not be read. */
const REPORT_INTERVAL_MS = 200;

/** The part of a Web Worker's global scope that is used here. */
interface Scope {
  postMessage(message: WebWorkerMessage): void;
  onmessage: ((event: { data: PageMessage }) => void) | null;
}

const scope = globalThis as unknown as Scope;
const controller = new AbortController();

if (isThread()) runThread();
else {
  scope.onmessage = ({ data }) => {
    if (data.type === "join") join(data);
    else controller.abort(data.reason);
  };
}

async function join({ origin, token, name, threads }: PageMessage & { type: "join" }): Promise<void> {
  let samples = 0, reported = 0;
  const report = () => {
    if (samples === reported) return;
    reported = samples;
    scope.postMessage({ type: "answered", samples });
  };
  const timer = setInterval(report, REPORT_INTERVAL_MS);
  const end = await runWorkerLoop({
    address: parseCoordinatorAddress(origin),
    token,
    name,
    kind: "browser",
    kernels: kernelsNamed("wasm"),
    threads: { count: canShareMemory() ? threads : 1, program: import.meta.url },
    signal: controller.signal,
    tell: (news) => news.type === "answered" ? samples = news.samples : scope.postMessage(news),
  });
  clearInterval(timer);
  scope.postMessage(end);
}
