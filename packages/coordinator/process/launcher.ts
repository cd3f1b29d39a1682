/** Starts what serves the page, and local workers, as processes of their own, each with its own permissions, and ends them. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "@tributary/protocol";
import { type CoordinatorOptions, type ServerOptions, withoutOption } from "./command_line.ts";
import type { Announcement } from "./coordinator_process.ts";
import { userPath } from "../data_sources/user_file.ts";
import { HISTORY_NAME, historyPath } from "../history/history_file.ts";
import { onInterrupt } from "./interrupts.ts";
import { openBrowser } from "./open_browser.ts";

/** A program and what it may do. */
export interface Program {
  path: string;
  permissions: string[];
}

/** What is to be started. */
export interface LaunchOptions {
  /** What serves the page, see {@link coordinatorProgram} and {@link dashboardProgram}. */
  program: Program;
  /** The command line for the coordinator, as the person gave it. */
  args: readonly string[];
  options: ServerOptions & Pick<CoordinatorOptions, "token">;
  /** Number of local workers, and threads of each. */
  workers: number;
  threads: number;
}

const COORDINATOR = fileURLToPath(new URL("./coordinator_process.ts", import.meta.url));
const DASHBOARD = fileURLToPath(new URL("./dashboard_process.ts", import.meta.url));
const WORKER = fileURLToPath(new URL("../../worker/main.ts", import.meta.url));
const PACKAGES = fileURLToPath(new URL("../../", import.meta.url));
const PAGE = fileURLToPath(new URL("../../dashboard/dist/", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../../deno.json", import.meta.url));

/**
 * Runs until the program ends.
 *
 * @returns its exit code.
 */
export async function launch({ program, args, options, workers, threads }: LaunchOptions): Promise<number> {
  const coordinator = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      `--config=${CONFIG}`,
      ...program.permissions,
      program.path,
      ...withoutOption(args, "--token"),
    ],
    // In the environment, so that no list of processes shows it.
    env: options.token !== undefined && !Deno.env.get("TRIBUTARY_TOKEN")
      ? { TRIBUTARY_TOKEN: options.token }
      : {},
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  // Closing the pipe asks the coordinator to stop; so does the death of this process.
  const writer = coordinator.stdin.getWriter();
  const stop = () => void writer.close().catch(() => {});
  // Ctrl-C in a terminal reaches the coordinator too; a signal to this process alone is passed on by closing the pipe.
  onInterrupt({ stop, end: () => kill(coordinator) });

  const children: Deno.ChildProcess[] = [];
  let announced = false;
  for await (const line of lines(coordinator.stdout)) {
    if (announced) {
      print(line);
      continue;
    }
    announced = true;
    const announcement: Announcement | null = JSON.parse(line);
    if (announcement === null) continue; // There is nothing left to do.
    if (options.open) openBrowser(announcement.page).catch((error: Error) => console.error(error.message));
    for (let i = 1; i <= workers; i++) {
      children.push(startWorker({ number: i, threads }, announcement, options));
    }
    watchWorkers(children, { stop, begin: () => void writer.write(BEGIN).catch(() => {}) });
  }
  const { code } = await coordinator.status;
  await Promise.all(children.map((child) => endWorker(child)));
  return code;
}

/** Says to the coordinator that the run is to begin with the workers that are there. */
const BEGIN = new TextEncoder().encode("begin\n");

/** Writes a line to standard output, as long as somebody reads it. */
function print(line: string): void {
  try {
    console.log(line);
  } catch {
    // `train | head` has read enough; the run goes on, and the model is saved.
  }
}

/** The coordinator may listen on its one address, read, write to the run's folder and the history, and load a part of `ws`. */
export function coordinatorProgram(options: CoordinatorOptions): Program {
  const { checkpoint } = options;
  return {
    path: COORDINATOR,
    permissions: [
      "--permission-set=coordinator",
      // In place of ./runs, which the permission set has.
      ...checkpoint === undefined ? [] : [`--allow-write=${writablePlaces(checkpoint)}`],
      ...serverPermissions(options),
    ],
  };
}

/** The dashboard may listen on its one address, read the page, and read and write the history of `folder`. */
export function dashboardProgram(folder: string, options: ServerOptions): Program {
  const history = join(userPath(folder), HISTORY_NAME);
  const files = [options.cert, options.key].flatMap((file) => file === undefined ? [] : [userPath(file)]);
  for (const path of [history, ...files]) {
    if (path.includes(",")) throw new UserError(`Cannot use ${path}: wanted a path without a comma.`, 2);
  }
  return {
    path: DASHBOARD,
    permissions: [
      "--permission-set=dashboard",
      `--allow-read=${[PAGE, history, ...files].join()}`,
      `--allow-write=${history}`,
      ...serverPermissions(options),
    ],
  };
}

function serverPermissions({ host, port }: ServerOptions): string[] {
  const name = host.includes(":") ? `[${host}]` : host;
  return [
    `--allow-net=${port === 0 ? name : `${name}:${port}`}`,
    `--allow-ffi=${fileURLToPath(new URL(".", import.meta.resolve("bufferutil")))}`,
  ];
}

/** The run's folder, and the history beside it: for SQLite's files beside that one, no permission is asked. */
function writablePlaces(folder: string): string {
  const path = userPath(folder);
  if (folder !== "" && !path.includes(",")) return `${path},${historyPath(path)}`;
  throw new UserError(
    `Cannot use ${JSON.stringify(folder)} for --checkpoint: wanted a folder without a comma.`,
    2,
  );
}

function startWorker(
  { number, threads }: { number: number; threads: number },
  { port, token }: Announcement,
  { host, cert }: ServerOptions,
): Deno.ChildProcess {
  const address = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  const secure = cert !== undefined;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      `--config=${CONFIG}`,
      "--permission-set=local-worker",
      `--allow-net=${address}:${port}`,
      // A thread reads its program.
      ...threads > 1 ? [`--allow-read=${PACKAGES}`] : [],
      // The certificate is for the names that others use. This connection does not leave the machine, and may go to this
      // address only, where the coordinator listens.
      ...secure ? [`--unsafely-ignore-certificate-errors=${address.replace(/^\[|\]$/g, "")}`] : [],
      WORKER,
      `${secure ? "https" : "http"}://${address}:${port}`,
      `--name=worker-${number}`,
      `--threads=${threads}`,
      `--child=${number}`,
    ],
    env: { TRIBUTARY_TOKEN: token },
    stdin: "piped",
    stdout: "null",
    stderr: secure ? "piped" : "inherit",
  }).spawn();
  if (secure) passOn(child.stderr);
  return child;
}

/** Shows what a local worker says, without Deno's warning of what startWorker() does on purpose. */
async function passOn(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
  for await (const line of lines(stream)) {
    if (!line.includes("TLS certificate validation is disabled")) console.error(line);
  }
}

/**
 * Keeps a run from waiting for local workers that will never come: it begins with those that are there when one has failed,
 * and is stopped when all have.
 */
async function watchWorkers(
  children: readonly Deno.ChildProcess[],
  { stop, begin }: { stop(): void; begin(): void },
): Promise<void> {
  if (children.length === 0) return;
  for (const child of children) child.status.then(({ success }) => success || begin());
  const ends = await Promise.all(children.map((child) => child.status));
  // One that ended well was told that the run is over, or was asked to leave.
  if (ends.some(({ success }) => success)) return;
  console.error("All local workers are gone before the run was over, so it is stopped.");
  stop();
}

/** Asks a worker to leave, and insists after a while. */
async function endWorker(child: Deno.ChildProcess): Promise<void> {
  await child.stdin.close().catch(() => {});
  const deadline = setTimeout(() => kill(child), 2_000);
  await child.status;
  clearTimeout(deadline);
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

async function* lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
  if (rest !== "") yield rest;
}
