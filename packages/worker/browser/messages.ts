/** What the page and its Web Worker say to each other. */
import type { WorkerEnd, WorkerNews } from "../worker_loop.ts";

/** Page to Web Worker: join, once, first; then perhaps leave. */
export type PageMessage =
  | { type: "join"; origin: string; token: string; name: string; threads: number }
  /** `reason` is told to the coordinator. */
  | { type: "leave"; reason: string };

/** Web Worker to page. */
export type WebWorkerMessage = WorkerNews | WorkerEnd;
