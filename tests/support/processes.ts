/** Real processes: what the tasks of deno.json start, started the same way. */
import { fileURLToPath } from "node:url";
import { within } from "./within.ts";

/** The project's folder. */
export const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

/** How a task is to be started. */
export interface TaskOptions {
  env?: Record<string, string>;
  /** A process group of its own, as a shell in a terminal gives it, so that a Ctrl-C can reach all of it. */
  ownGroup?: boolean;
  /** Its standard input stays open as long as it runs; else it has none. */
  keepInput?: boolean;
}

/** How a process ended and what it wrote. */
export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** A task of deno.json as a running process, without `deno task` around it. */
export class RunningTask implements AsyncDisposable {
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #stdout: Promise<string>;
  readonly #stderr: Promise<void>;
  readonly #ownGroup: boolean;
  readonly #keepInput: boolean;
  #text = "";
  #onText: (() => void) | null = null;

  private constructor(child: Deno.ChildProcess, ownGroup: boolean, keepInput: boolean) {
    this.#child = child;
    this.#ownGroup = ownGroup;
    this.#keepInput = keepInput;
    this.pid = child.pid;
    this.#stdout = new Response(child.stdout).text();
    this.#stderr = this.#readStderr();
  }

  /** Starts the command that `deno task NAME ARGS` runs. */
  static start(
    name: string,
    args: readonly string[],
    options?: TaskOptions,
  ): RunningTask {
    return RunningTask.command([...taskCommand(name), ...args], options);
  }

  /** Starts any command. */
  static command(
    [program, ...args]: readonly string[],
    { env, ownGroup = false, keepInput = false }: TaskOptions = {},
  ): RunningTask {
    const child = new Deno.Command(program, {
      args,
      cwd: ROOT,
      env: { NO_COLOR: "1", INIT_CWD: ROOT, ...env },
      detached: ownGroup,
      stdin: keepInput ? "piped" : "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return new RunningTask(child, ownGroup, keepInput);
  }

  /** What it has written to standard error so far. */
  get stderr(): string {
    return this.#text;
  }

  /** Waits for a whole line on standard error that matches; gives the match. */
  async line(pattern: RegExp, patienceMs?: number): Promise<RegExpMatchArray> {
    const found = () => this.#text.slice(0, this.#text.lastIndexOf("\n") + 1).match(new RegExp(pattern, "m"));
    const match = (async () => {
      for (;;) {
        const match = found();
        if (match !== null) return match;
        await new Promise<void>((resolve) => this.#onText = resolve);
        if (this.#ended && found() === null) {
          throw new Error(`It ended without the line ${pattern}:\n${this.#text}`);
        }
      }
    })();
    match.catch(() => {}); // The error is thrown below, or came too late.
    try {
      return await within(match, `the line ${pattern}`, patienceMs);
    } catch (error) {
      throw new Error(`${(error as Error).message}; standard error was:\n${this.#text}`);
    }
  }

  /** Writes to its standard input, which it must have been given by `keepInput`. */
  async write(text: string): Promise<void> {
    const writer = this.#child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    writer.releaseLock();
  }

  /** Sends a signal to the process, or to all of its group. */
  signal(name: Deno.Signal, whom: "process" | "group" = "process"): void {
    if (whom === "group" && !this.#ownGroup) throw new Error("It has no group of its own");
    Deno.kill(whom === "group" ? -this.pid : this.pid, name);
  }

  /** Waits for its end. */
  async finished(patienceMs?: number): Promise<Finished> {
    try {
      const { code } = await within(this.#child.status, "the end of a process", patienceMs);
      // The pipes end only when the last of its children has closed them.
      await within(this.#stderr, "the end of standard error");
      return { code, stdout: await within(this.#stdout, "the end of standard output"), stderr: this.#text };
    } catch (error) {
      throw new Error(`${(error as Error).message}; standard error was:\n${this.#text}`);
    }
  }

  #ended = false;

  async #readStderr(): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.#text += text;
      this.#onText?.();
    }
    this.#ended = true;
    this.#onText?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const children = descendants(this.pid);
    for (const pid of [this.pid, ...children]) end(pid);
    await this.#child.status;
    if (this.#keepInput) await this.#child.stdin.close().catch(() => {}); // Nobody reads it any more.
    await this.#stderr;
    await this.#stdout;
  }
}

/** Runs a task to its end. */
export async function runTask(
  name: string,
  args: readonly string[],
  options?: TaskOptions,
): Promise<Finished> {
  await using task = RunningTask.start(name, args, options);
  return await task.finished();
}

/** The words of a task's command, with this Deno as the program. */
export function taskCommand(name: string): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
  const { command } = tasks[name] as { command: string };
  const [program, ...words] = command.split(" ");
  if (program !== "deno") throw new Error(`The task ${name} is no command of Deno: ${command}`);
  return [Deno.execPath(), ...words];
}

function end(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** What /proc says of a process. */
interface ProcessFacts {
  pid: number;
  parent: number;
  commandLine: string[];
}

/** All processes; /proc is Linux's, and Deno has no other way to find the children of a child. */
function processes(): ProcessFacts[] {
  const found: ProcessFacts[] = [];
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // "pid (name) state parent ...": a name may hold anything, also parentheses.
      const stat = Deno.readTextFileSync(`/proc/${name}/stat`);
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state === "Z") continue; // ended; nobody has asked for its exit code yet
      const commandLine = Deno.readTextFileSync(`/proc/${name}/cmdline`).split("\0");
      found.push({ pid: Number(name), parent: Number(parent), commandLine });
    } catch {
      // It ended in the meantime.
    }
  }
  return found;
}

/** Whether children of children can be found here. */
export const CAN_SEE_PROCESSES: boolean = Deno.build.os === "linux";

/**
 * Whether tests that must find a certain process are ignored. Where changes are checked before they land, nothing is skipped: they
 * fail instead.
 */
export const IGNORES_PROCESSES: boolean = !CAN_SEE_PROCESSES && !Deno.env.get("CI");
if (IGNORES_PROCESSES) {
  console.error(
    "\n*** NOT TESTED, as this system shows no processes of processes: tests that stop or kill one\n",
  );
}

/** Processes below `pid`, children and their children; none where they cannot be seen. */
export function descendants(pid: number): number[] {
  if (!CAN_SEE_PROCESSES) return [];
  const all = processes();
  const below = [pid];
  for (const parent of below) below.push(...all.filter((p) => p.parent === parent).map((p) => p.pid));
  return below.slice(1);
}

/** The process below `pid` with this word on its command line. */
export function descendantWith(pid: number, word: string): number {
  if (!CAN_SEE_PROCESSES) {
    throw new Error(
      `Cannot find the process ${word} as this system, ${Deno.build.os}, does not show it: use Linux`,
    );
  }
  const below = new Set(descendants(pid));
  const found = processes().filter((p) => below.has(p.pid) && p.commandLine.includes(word));
  if (found.length !== 1) throw new Error(`${found.length} processes below ${pid} have the word ${word}`);
  return found[0].pid;
}

/** Waits until none of these processes is there any more; asks every 20 ms, as nothing tells. */
export async function allGone(pids: readonly number[]): Promise<void> {
  const left = () => processes().filter(({ pid }) => pids.includes(pid));
  const deadline = performance.now() + 20_000;
  while (left().length > 0) {
    if (performance.now() > deadline) throw new Error(`Still there: ${JSON.stringify(left())}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
