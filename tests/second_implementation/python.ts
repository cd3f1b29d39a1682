/** The second implementation as a program: python3 with numpy (Debian: python3-numpy). */
import { fileURLToPath } from "node:url";
import { RunningTask } from "../support/processes.ts";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));
const ENV = { PYTHONDONTWRITEBYTECODE: "1" };

/** Whether it can run here; says so where it cannot. */
export const HAS_PYTHON: boolean = await hasNumpy();

async function hasNumpy(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("python3", { args: ["-c", "import numpy"], stderr: "null" })
      .output();
    if (success) return true;
  } catch {
    // There is no such program.
  }
  console.error(
    "The second implementation is not tested: it needs python3 and numpy (apt-get install python3-numpy).",
  );
  return false;
}

/** Starts its worker. */
export function startWorker(link: string, name = "python"): RunningTask {
  return RunningTask.command(["python3", `${FOLDER}worker.py`, link, name], { env: ENV });
}

/** Starts its coordinator, which waits for so many workers; gives the link to join, too. */
export async function startCoordinator(
  files: { run: string; data: string },
  workers: number,
): Promise<{ coordinator: RunningTask; link: string }> {
  const words = ["python3", `${FOLDER}coordinator.py`, files.run, files.data, `${workers}`];
  const coordinator = RunningTask.command(words, { env: ENV });
  const [link] = await coordinator.line(/^http:.*$/);
  return { coordinator, link };
}

/** Runs one of its programs on some input; gives what it writes to standard output. */
export async function runPython(program: string, input: string): Promise<string> {
  const command = new Deno.Command("python3", {
    args: [`${FOLDER}${program}`],
    env: ENV,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  });
  const child = command.spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout } = await output;
  if (!success) throw new Error(`${program} failed`);
  return new TextDecoder().decode(stdout);
}
