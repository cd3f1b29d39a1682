/** A worker in a Deno process: its news as lines for a person. */
import { UserError } from "@tributary/protocol";
import type { CoordinatorAddress } from "./coordinator_address.ts";
import type { NamedKernels } from "./kernels_named.ts";
import { runWorkerLoop, type WorkerLoopOptions, type WorkerNews } from "./worker_loop.ts";

/** How a worker is to be run. */
export interface WorkerOptions {
  address: CoordinatorAddress;
  token: string;
  name: string;
  /** What computes. It is the caller's to bring, so that a program that is served brings no machine code. */
  kernels: NamedKernels;
  threads: WorkerLoopOptions["threads"];
  /** Stops the worker: it leaves its run. */
  signal: AbortSignal;
  /** Tells a person what happens, one line at a time. */
  say(line: string): void;
}

/**
 * Works until the run ends or the signal says stop.
 *
 * @throws {UserError} when it was refused and trying again cannot help.
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { address, token, name, kernels, threads, signal, say } = options;
  const tell = (news: WorkerNews) => {
    const line = describeNews(news, options);
    if (line !== null) say(line);
  };
  const end = await runWorkerLoop({ address, token, name, kind: "deno", kernels, threads, signal, tell });
  const samples = end.samples.toLocaleString("en-US");
  switch (end.type) {
    case "ended":
      return say(`The run is over: ${end.reason} This worker computed ${samples} samples.`);
    case "left":
      return say(`This worker left; it computed ${samples} samples.`);
    case "refused":
      throw new UserError(end.reason);
  }
}

function describeNews(news: WorkerNews, { address, name }: WorkerOptions): string | null {
  switch (news.type) {
    case "connecting":
    case "answered":
      return null;
    case "fetching":
      return `Fetching the data set, ${(news.bytes / 1e6).toFixed(1)} MB.`;
    case "joined":
      return `Joined the run ${news.run} at ${address.origin} as ${name}; press Ctrl-C to leave.`;
    case "away":
      return `${news.reason} Trying again in ${
        (news.pauseMs / 1_000).toFixed(1)
      } s; press Ctrl-C to give up.`;
  }
}
