/** `deno task replay LOG`: repeats a run from its log, and compares every step. */
import { encodeDataSet } from "@tributary/core";
import { sha256Hex, stringify, UserError } from "@tributary/protocol";
import { join } from "node:path";
import { command, runCommand } from "../process/command_line.ts";
import { loadRunData } from "../data_sources/load_data_set.ts";
import { userPath } from "../data_sources/user_file.ts";
import { parseRunLog } from "../storage/logged_run.ts";
import { replay } from "../storage/replay.ts";
import { LOG_NAME } from "../storage/run_log.ts";
import { planRun } from "../storage/run_source.ts";
import { formatCount } from "../process/terminal.ts";

/** How often the progress line is written again: on a terminal, and without one. */
const REFRESH_MS = 100, LINE_MS = 10_000;

await runCommand(async () => {
  const parsed = command("replay", "Repeats a run on this machine from its log, and compares every step.")
    .argument("<log>", `the folder that a run was saved to, or the ${LOG_NAME} in it`)
    .option("--json", "write one JSON object to standard output")
    .parse(Deno.args, { from: "user" });
  const path = await logPath(userPath(parsed.args[0]));
  const logged = parseRunLog(await readLog(path), path);
  const { run } = logged;
  const dataSet = await loadRunData(run);
  const plan = planRun(run, dataSet);
  const dataSha256 = await sha256Hex(encodeDataSet(dataSet));
  if (dataSha256 !== logged.dataSha256) {
    throw new UserError(
      `Cannot replay ${path} as the data set ${run.dataset} is another one than then: its SHA-256 is ${dataSha256}, and was ` +
        `${logged.dataSha256}.`,
    );
  }
  const progress = progressLine(logged.steps.size);
  const result = await replay(logged, { plan, dataSet, onStep: progress.onStep });
  progress.end();
  const { steps, hashes, parametersSha256, difference } = result;
  if (parsed.opts<{ json?: true }>().json) {
    console.log(stringify({ run: run.name, ...result }));
  } else if (difference === null) {
    console.log(
      `No difference: ${formatCount(steps)} steps of ${run.name} and ${
        formatCount(hashes)
      } hashes of its parameters are as ` +
        `logged, to the bit.\nParameters  SHA-256 ${parametersSha256}`,
    );
  } else {
    const { step, what, logged, computed } = difference;
    console.log(
      `Step ${
        formatCount(step)
      } is the first that differs: ${what} is ${computed}, and ${logged} in the log.`,
    );
  }
  return difference === null ? 0 : 1;
});

async function logPath(path: string): Promise<string> {
  const isFolder = await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
  return isFolder ? join(path, LOG_NAME) : path;
}

async function readLog(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : (error as Error).message;
    throw new UserError(`Cannot read the run log ${path}: ${reason}.`, 2);
  }
}

/** A line on standard error that is written over, where somebody looks on. */
function progressLine(total: number): { onStep(step: number): void; end(): void } {
  const isTerminal = Deno.stderr.isTerminal();
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  let last = performance.now();
  return {
    onStep(step) {
      if (performance.now() - last < (isTerminal ? REFRESH_MS : LINE_MS)) return;
      last = performance.now();
      const text = `step ${formatCount(step)}/${formatCount(total)}  ${Math.floor(100 * step / total)} %`;
      write(isTerminal ? `\r\x1b[K${text}` : `${text}\n`);
    },
    end: () => void (isTerminal && write("\r\x1b[K")),
  };
}
