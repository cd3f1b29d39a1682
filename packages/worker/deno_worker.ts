/** A worker in a Deno process: finds its coordinator, joins, and joins again when the connection breaks. */
import { createReferenceKernels, createWasmKernels, type KernelsFactory } from "@tributary/core";
import { LIMITS, type RefusalCode, REFUSALS, type RunDescription, UserError } from "@tributary/protocol";
import type { CoordinatorAddress } from "./coordinator_address.ts";
import { reconnectPauseMs } from "./reconnect.ts";
import { Session, type SessionEnd } from "./session.ts";
import { openWebSocket } from "./transport.ts";

/** How a worker is to be run. */
export interface WorkerOptions {
  address: CoordinatorAddress;
  token: string;
  name: string;
  kernels: "wasm" | "reference";
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
  const { address, signal, say } = options;
  const data = new Map<string, Uint8Array<ArrayBuffer>>();
  let samples = 0;
  for (let attempt = 1; !signal.aborted; attempt++) {
    const end = await tryOnce(options, data, (answered) => {
      samples += answered;
      attempt = 0;
    });
    if (signal.aborted) break;
    if (end.kind === "ended") {
      return say(`The run is over: ${end.reason} This worker computed ${count(samples)} samples.`);
    }
    if (end.kind === "refused" && !REFUSALS[end.code].retry) {
      throw new UserError(
        `Cannot join the run at ${address.origin}: ${sentence(end.reason)} ${advice(end.code)}`,
      );
    }
    const pauseMs = reconnectPauseMs(attempt, Math.random());
    say(
      `${describe(end, address)} Trying again in ${(pauseMs / 1_000).toFixed(1)} s; press Ctrl-C to give up.`,
    );
    await pause(pauseMs, signal);
  }
  say(`This worker left; it computed ${count(samples)} samples.`);
}

/** `unreachable`: nobody listens there. */
type AttemptEnd = SessionEnd | { kind: "unreachable" };

async function tryOnce(
  options: WorkerOptions,
  data: Map<string, Uint8Array<ArrayBuffer>>,
  onAnswer: (samples: number) => void,
): Promise<AttemptEnd> {
  const { address, token, name, kernels, signal, say } = options;
  if (!await isCoordinator(address, signal)) return { kind: "unreachable" };
  const transport = await openWebSocket(address.socket);
  if (transport === null) return { kind: "unreachable" };
  const session = new Session({
    transport,
    facts: { token, name, kind: "deno", kernels, threads: 1 },
    kernels: (arithmetic) => kernelsFor(kernels, arithmetic),
    fetchData: async (sha256, bytes) => {
      const kept = data.get(sha256);
      if (kept) return kept;
      say(`Fetching the data set, ${(bytes / 1e6).toFixed(1)} MB.`);
      const blob = await fetchData(address, token, sha256, bytes, signal);
      data.clear();
      data.set(sha256, blob);
      return blob;
    },
    onReady: (run) =>
      say(`Joined the run ${run.name} at ${address.origin} as ${name}; press Ctrl-C to leave.`),
    onAnswer,
  });
  const leave = () => session.leave("stopped at its own machine");
  signal.addEventListener("abort", leave);
  try {
    return await session.run();
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

function kernelsFor(name: "wasm" | "reference", arithmetic: RunDescription["arithmetic"]): KernelsFactory {
  return name === "wasm"
    ? (elements) => createWasmKernels(elements, { arithmetic })
    : (elements) => createReferenceKernels(elements, { rounding: arithmetic });
}

/**
 * Whether a coordinator answers at the address.
 *
 * @throws {UserError} when something else does.
 */
async function isCoordinator({ origin }: CoordinatorAddress, signal: AbortSignal): Promise<boolean> {
  let text: string;
  try {
    const response = await fetch(`${origin}/healthz`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(LIMITS.helloTimeoutMs)]),
    });
    if (response.status === 503) return false;
    text = (await response.text()).slice(0, 1_000);
  } catch {
    return false;
  }
  if (text.includes('"tributary"')) return true;
  throw new UserError(
    `Cannot join a run at ${origin} as what answers there is no Tributary coordinator: use the address that ` +
      `\`deno task coordinator\` prints.`,
  );
}

async function fetchData(
  { origin }: CoordinatorAddress,
  token: string,
  sha256: string,
  bytes: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(`${origin}/data/${sha256}`, {
    headers: { authorization: `Bearer ${token}` },
    signal,
  });
  if (!response.ok) throw new Error(`Cannot fetch the data set: the coordinator answered ${response.status}`);
  const blob = await response.bytes();
  if (blob.length !== bytes) {
    throw new Error(`Cannot use the data set: wanted ${bytes} bytes, got ${blob.length}`);
  }
  return blob;
}

function describe(end: AttemptEnd, { origin }: CoordinatorAddress): string {
  switch (end.kind) {
    case "unreachable":
      return `No coordinator answers at ${origin}.`;
    case "lost":
      return `The connection to ${origin} broke.`;
    case "refused":
      return `The run at ${origin} could not take this worker: ${sentence(end.reason)}`;
    case "ended":
      return end.reason;
  }
}

function advice(code: RefusalCode): string {
  switch (code) {
    case "protocol-version":
    case "arithmetic-version":
      return "Use the same version of Tributary on both machines.";
    case "token":
      return "Use the link that the coordinator printed, with what stands behind its #.";
    case "arithmetic":
      return "Start the run with --arithmetic portable, or use another machine for this worker.";
    default:
      return "";
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function count(samples: number): string {
  return samples.toLocaleString("en-US");
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
