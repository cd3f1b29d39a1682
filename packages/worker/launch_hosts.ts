/** Starts workers on other machines through the system's ssh, and stops them. */
import { cleanText, LIMITS, UserError } from "@tributary/protocol";
import type { CoordinatorAddress } from "./coordinator_address.ts";
import { readLines } from "./lines.ts";

/** What is to be started. */
export interface LaunchHostsOptions {
  hosts: readonly string[];
  address: CoordinatorAddress;
  /** The token to work. It goes through standard input, so that no list of processes shows it. */
  token: string;
  /** The program that reaches a host, and its first arguments. */
  ssh: readonly string[];
  /** What starts Deno on a host, read by the shell there. */
  deno: string;
  /** Stops all. */
  signal: AbortSignal;
  /** Told each line of each host, by its number. */
  say(host: number, line: string): void;
}

/** How a host ended. */
export interface HostEnd {
  host: string;
  /** Exit code of the worker, or of ssh. */
  code: number;
  /** The last line. */
  reason: string;
}

/** A worker that was told to leave gets this long; then its ssh is ended. */
const STOP_PATIENCE_MS = 5_000;
/** A host that does not answer is given up after this long. */
const CONNECT_TIMEOUT_S = 15;
/** Terminal colours. */
// deno-lint-ignore no-control-regex
const COLOURS = /\x1b\[[\d;]*m/g;

/**
 * Runs until all workers have ended. A worker that ends is not started again.
 *
 * @throws {UserError} when the coordinator does not say what to run, or the program that reaches hosts does not run.
 */
export async function launchHosts(options: LaunchHostsOptions): Promise<HostEnd[]> {
  const program = await askForProgram(options.address);
  return await Promise.all(options.hosts.map((_, index) => launchHost(options, index, program)));
}

/** The path of the program that the coordinator serves. */
async function askForProgram({ origin }: CoordinatorAddress): Promise<string> {
  let path: unknown;
  try {
    const response = await fetch(`${origin}/w`, { signal: AbortSignal.timeout(LIMITS.helloTimeoutMs) });
    path = (await response.json()).program;
  } catch {
    throw new UserError(`Cannot start workers as no coordinator answers at ${origin}.`);
  }
  if (typeof path === "string" && /^\/w\/[0-9a-f]{64}\/worker\.js$/.test(path)) return path;
  throw new UserError(
    `Cannot start workers as what answers at ${origin} does not say where its program for workers is.`,
  );
}

async function launchHost(options: LaunchHostsOptions, index: number, program: string): Promise<HostEnd> {
  const { hosts, token, ssh, signal, say } = options;
  const host = hosts[index];
  const [command, ...first] = ssh;
  const settings = ["-o", "BatchMode=yes", "-o", `ConnectTimeout=${CONNECT_TIMEOUT_S}`];
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(command, {
      args: [...first, ...settings, host, remoteCommand(options, host, program)],
      // In a group of its own, so that a Ctrl-C does not end ssh before the worker has left.
      detached: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    throw new UserError(`Cannot start ${command}: ${(error as Error).message}.`);
  }
  let reason = "it said nothing.";
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const line of readLines(stream)) {
      const text = cleanText(line.replace(COLOURS, ""), 1_000);
      if (text !== "") say(index, reason = text);
    }
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  const input = child.stdin.getWriter();
  input.write(new TextEncoder().encode(`${token}\n`)).catch(() => {}); // ssh may end before it reads
  let deadline: ReturnType<typeof setTimeout> | undefined;
  const stop = () => {
    input.close().catch(() => {});
    deadline = setTimeout(() => kill(child), STOP_PATIENCE_MS);
  };
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop);
  const { code } = await child.status;
  clearTimeout(deadline);
  signal.removeEventListener("abort", stop);
  await reading;
  await input.close().catch(() => {});
  return { host, code, reason };
}

/** What the host's shell is to run. */
function remoteCommand({ address, deno }: LaunchHostsOptions, host: string, program: string): string {
  const { hostname, port, protocol } = new URL(address.origin);
  const net = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
  const name = host.slice(host.lastIndexOf("@") + 1);
  const words = [`--allow-net=${net}`, `${address.origin}${program}`, "--token=-", `--name=${name}`];
  return `${deno} run --quiet --no-prompt ${words.map(quote).join(" ")}`;
}

/** A word that the host's shell takes as it is. */
function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
