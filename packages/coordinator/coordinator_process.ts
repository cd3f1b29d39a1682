/**
 * The coordinator's process: directs a run. A launcher starts it (see launcher.ts), with no more permissions than it needs; it
 * writes one line of JSON with its address to standard output when it listens, and stops when its standard input ends.
 */
import { fileURLToPath } from "node:url";
import { type JoinLinks, stringify, UserError } from "@tributary/protocol";
import { expectedHosts, isLoopback, printedOrigins } from "./addresses.ts";
import { coordinatorCommand, type CoordinatorOptions, runCommand } from "./command_line.ts";
import { coordinate, type RunOutcome } from "./coordinate.ts";
import { loadDataSet } from "./data_sources/load_data_set.ts";
import type { Doors } from "./doors.ts";
import { onInterrupt } from "./interrupts.ts";
import { joinLinks } from "./join_links.ts";
import { makeModelFolder, saveModel } from "./model_folder.ts";
import { readPageFiles } from "./page_files.ts";
import { planRun, readRun } from "./run_source.ts";
import { resultObject, summaryText } from "./summary.ts";
import { type Screen, TerminalReport } from "./terminal.ts";
import { newToken } from "./tokens.ts";
import { readWorkerFiles } from "./worker_files.ts";

/** Where trained models go, in the project's folder. */
const RUNS = fileURLToPath(new URL("../../runs/", import.meta.url));
const PAGE = new URL("../dashboard/dist/", import.meta.url);
const WORKER = new URL("../worker/dist/", import.meta.url);

/** The first line on standard output. */
export interface Announcement {
  page: string;
  port: number;
  /** The token to work. */
  token: string;
}

const screen: Screen = {
  isTerminal: Deno.stderr.isTerminal(),
  write: (text) => Deno.stderr.writeSync(new TextEncoder().encode(text)),
  columns: () => Deno.consoleSize().columns,
};

async function main(): Promise<number> {
  const command = coordinatorCommand(
    "coordinator",
    "Directs a run: waits for workers, trains, and saves the model.",
  )
    .parse(Deno.args, { from: "user" });
  const options = command.opts<CoordinatorOptions>();
  const controller = new AbortController();
  const started = new Date();

  const run = await readRun(command.processedArgs[0], options);
  const dataSet = await loadDataSet(run.dataset);
  const plan = planRun(run, dataSet);
  const interfaces = Deno.networkInterfaces().map(({ address }) => address);
  const doors: Doors = {
    hosts: expectedHosts({ ...options, interfaces }),
    loopback: isLoopback(options.host) && options.publicUrl === undefined,
    watchToken: newToken(),
    workToken: Deno.env.get("TRIBUTARY_TOKEN") || options.token || newToken(),
  };
  const worker = await readWorkerFiles(WORKER);
  let links: JoinLinks[] = [];
  let report: TerminalReport | null = null;
  const stop = () => {
    if (controller.signal.aborted) return;
    report?.say("Stopping; press Ctrl-C again to end at once, without saving.");
    controller.abort();
  };
  stopWithLauncher(stop);
  onInterrupt({ stop, end: () => Deno.exit(130) });

  const outcome = await coordinate({
    run,
    plan,
    dataSet,
    host: options.host,
    port: options.port,
    minWorkers: options.minWorkers ?? 1,
    doors,
    files: new Map([...await readPageFiles(PAGE), ...worker.files]),
    links: () => links,
    signal: controller.signal,
    onListening: (trainer, facts, port) => {
      const origins = printedOrigins({ ...options, interfaces, port });
      links = joinLinks({ origins, token: doors.workToken, program: worker.program });
      const pageLink = `${origins[0]}/${doors.loopback ? "" : `#token=${doors.watchToken}`}`;
      report = new TerminalReport(screen, facts, Date.now());
      report.watch(trainer.events$, trainer.steps$);
      const { model: { loss }, epochs, seed, arithmetic, dataset } = run;
      report.say(`Run ${run.name}: ${plan.summaries.map(({ name }) => name).join("; ")}; ${loss}.`);
      report.say(`Data ${dataset}, ${epochs} epochs, seed ${seed}, ${arithmetic} arithmetic.`);
      report.say(`Page: ${pageLink}`);
      for (const { checkout, program, browser } of links) {
        report.say(`To join: ${checkout}`);
        report.say(`  without a checkout: ${program}`);
        report.say(`  in a browser: ${browser}`);
      }
      console.log(JSON.stringify({ page: pageLink, port, token: doors.workToken } satisfies Announcement));
    },
    save,
  });

  async function save(outcome: RunOutcome): Promise<string> {
    const { parameters, parametersSha256 } = outcome;
    const model = { run, plan, parameters: new Float32Array(parameters.buffer), parametersSha256 };
    try {
      const folder = await makeModelFolder(RUNS, run, started);
      await saveModel(folder, model, resultObject(run, outcome));
      return folder;
    } catch (error) {
      throw new UserError(`Cannot save the trained model in ${RUNS}: ${(error as Error).message}.`);
    }
  }

  const { savedTo } = outcome;
  if (options.json) {
    console.log(stringify({ ...resultObject(run, outcome), savedTo }));
    console.error(summaryText(run, outcome, savedTo));
  } else {
    console.log(summaryText(run, outcome, savedTo));
  }
  const { outcome: ending, reason } = outcome.result;
  if (ending === "failed") throw new UserError(reason);
  return ending === "completed" ? 0 : 130;
}

/** Stops when the launcher closes the pipe, by asking for it or by dying. */
async function stopWithLauncher(stop: () => void): Promise<void> {
  for await (const _ of Deno.stdin.readable);
  stop();
}

if (import.meta.main) await runCommand(main);
