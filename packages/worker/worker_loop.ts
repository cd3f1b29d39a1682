/**
 * A worker wherever it runs: finds its coordinator, joins, and joins again when the connection breaks. Knows neither Deno nor
 * a page; what there is to see comes out as news.
 */
import { LIMITS, reconnectPauseMs, type RefusalCode, REFUSALS } from "@tributary/protocol";
import type { CoordinatorAddress } from "./coordinator_address.ts";
import type { NamedKernels } from "./kernels_named.ts";
import { Session, type SessionEnd } from "./session.ts";
import { startCrew } from "./threads/start_crew.ts";
import { openWebSocket } from "./transport.ts";

/** How a worker is to be run. */
export interface WorkerLoopOptions {
  address: CoordinatorAddress;
  token: string;
  name: string;
  kind: "deno" | "browser";
  /** What computes: its name, and how it is made; may throw an error whose message says why it cannot be. */
  kernels: NamedKernels;
  /** How many threads compute, and the program of those that are to be started. */
  threads: { count: number; program: URL | string };
  /** Stops the worker: it leaves its run. A text as the signal's reason is told to the coordinator. */
  signal: AbortSignal;
  /** Told what happens. */
  tell(news: WorkerNews): void;
}

/** What a worker is doing. */
export type WorkerNews =
  | { type: "connecting" }
  | { type: "fetching"; bytes: number }
  | { type: "joined"; run: string }
  /** It answered a range; `samples` is the total so far. */
  | { type: "answered"; samples: number }
  /** It is in no run, and tries again after a pause. */
  | { type: "away"; reason: string; pauseMs: number };

/** How a worker came to its end, with the samples that it computed. */
export type WorkerEnd =
  /** The run is over. */
  | { type: "ended"; reason: string; samples: number }
  /** It was told to leave. */
  | { type: "left"; samples: number }
  /** Trying again cannot help. The reason is made of whole sentences, with advice. */
  | { type: "refused"; reason: string; samples: number };

/** Works until the run ends, the signal says stop, or trying again cannot help. */
export async function runWorkerLoop(options: WorkerLoopOptions): Promise<WorkerEnd> {
  const { address, signal, tell } = options;
  const data = new Map<string, Uint8Array<ArrayBuffer>>();
  let samples = 0;
  for (let attempt = 1; !signal.aborted; attempt++) {
    tell({ type: "connecting" });
    const end = await tryOnce(options, data, (answered) => {
      samples += answered;
      attempt = 0;
      tell({ type: "answered", samples });
    });
    if (signal.aborted) break;
    if (end.kind === "ended") return { type: "ended", reason: end.reason, samples };
    const refusal = finalRefusal(end, address);
    if (refusal !== null) return { type: "refused", reason: refusal, samples };
    const pauseMs = reconnectPauseMs(attempt, Math.random());
    tell({ type: "away", reason: describe(end, address), pauseMs });
    await pause(pauseMs, signal);
  }
  return { type: "left", samples };
}

type AttemptEnd =
  | SessionEnd
  /** Nobody listens there. */
  | { kind: "unreachable" }
  /** Somebody else listens there. */
  | { kind: "stranger" }
  /** A coordinator listens there that does not know itself by that name. */
  | { kind: "misnamed" }
  /** Whoever listens there has a certificate that is not trusted; says why. */
  | { kind: "untrusted"; why: string };

async function tryOnce(
  options: WorkerLoopOptions,
  data: Map<string, Uint8Array<ArrayBuffer>>,
  onAnswer: (samples: number) => void,
): Promise<AttemptEnd> {
  const { address, token, name, kind, kernels, threads, signal, tell } = options;
  const found = await probe(address, signal);
  if (found !== null) return found;
  const transport = await openWebSocket(address.socket, signal);
  if (transport === null) return { kind: "unreachable" };
  const session = new Session({
    transport,
    facts: { token, name, kind, threads: threads.count },
    kernels: kernels.make,
    startCrew: threads.count === 1
      ? undefined
      : (run, dataSet) =>
        startCrew({ ...run, threads: threads.count }, dataSet, {
          kernels,
          arithmetic: run.arithmetic,
          program: threads.program,
        }),
    fetchData: async (sha256, bytes) => {
      const kept = data.get(sha256);
      if (kept) return kept;
      tell({ type: "fetching", bytes });
      const blob = await fetchData(address, token, sha256, bytes, signal);
      data.clear();
      data.set(sha256, blob);
      return blob;
    },
    onReady: (run) => tell({ type: "joined", run: run.name }),
    onAnswer,
  });
  const leave = () =>
    session.leave(typeof signal.reason === "string" ? signal.reason : "stopped at its own machine");
  if (signal.aborted) leave();
  signal.addEventListener("abort", leave);
  try {
    const end = await session.run();
    // Bytes that were wrong must not be used again.
    if (end.kind === "refused" && end.code === "data") data.clear();
    return end;
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

/** What answers at the address, or null when it is a coordinator that can be joined. */
async function probe({ origin }: CoordinatorAddress, signal: AbortSignal): Promise<AttemptEnd | null> {
  try {
    const response = await fetch(`${origin}/healthz`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(LIMITS.helloTimeoutMs)]),
    });
    const text = await firstText(response);
    if (response.status === 503) return { kind: "unreachable" };
    if (response.status === 403 && text.includes("Tributary coordinator")) return { kind: "misnamed" };
    return text.includes('"tributary"') ? null : { kind: "stranger" };
  } catch (error) {
    const { message, cause } = error as Error;
    const [, why] = `${message} ${cause}`.match(/invalid peer certificate: ([^;\n]+)/) ??
      [];
    return why === undefined ? { kind: "unreachable" } : { kind: "untrusted", why };
  }
}

/** The beginning of an answer; whoever answers without end is not read to the end. */
async function firstText(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const { value } = await reader?.read() ?? {};
  await reader?.cancel();
  return new TextDecoder().decode(value?.subarray(0, 1_000));
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
  const blob = new Uint8Array(await response.arrayBuffer());
  if (blob.length !== bytes) {
    throw new Error(`Cannot use the data set: wanted ${bytes} bytes, got ${blob.length}`);
  }
  return blob;
}

/** Why trying again cannot help, or null where it can. */
function finalRefusal(end: AttemptEnd, { origin }: CoordinatorAddress): string | null {
  if (end.kind === "stranger") {
    return `Cannot join a run at ${origin} as what answers there is no Tributary coordinator: use the address that ` +
      `\`deno task coordinator\` prints.`;
  }
  if (end.kind === "misnamed") {
    return `Cannot join a run at ${origin} as the coordinator there does not know itself by that name: use an address that ` +
      `it prints, or start it with --public-url ${origin}.`;
  }
  if (end.kind === "untrusted") {
    return `Cannot join a run at ${origin} as its certificate is not trusted (${end.why}): name the file of the certificate, ` +
      `or of the authority that signed it, as DENO_CERT in the environment, and use a host name that it holds.`;
  }
  if (end.kind === "failed") return sentence(end.reason);
  if (end.kind !== "refused" || REFUSALS[end.code].retry) return null;
  return `Cannot join the run at ${origin}: ${sentence(end.reason)} ${advice(end.code)}`.trim();
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
    case "failed":
    case "stranger":
    case "misnamed":
    case "untrusted":
      return "";
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

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
