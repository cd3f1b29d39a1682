/**
 * The coordinator's process: directs a run. A launcher starts it (see launcher.ts), with no more permissions than it needs; it
 * writes one line of JSON with its address to standard output when it listens, and stops when its standard input ends.
 */
import { fileURLToPath } from "node:url";
import { type JoinLinks, stringify, UserError } from "@tributary/protocol";
import { doorsOf, printedOrigins } from "../server/addresses.ts";
import { readCertificate } from "../server/certificate.ts";
import { coordinatorCommand, type CoordinatorOptions, runCommand } from "./command_line.ts";
import { coordinate, type RunOutcome } from "../coordinate.ts";
import { RecordedHistory } from "../history/recorded_history.ts";
import { onInterrupt } from "./interrupts.ts";
import { joinLinks, shellWord } from "../server/join_links.ts";
import { readPageFiles } from "../server/page_files.ts";
import { type CompletedRun, prepareRun } from "../storage/prepared_run.ts";
import { RunFolder } from "../storage/run_folder.ts";
import { outcomeOfResult, resultObject, summaryText } from "./summary.ts";
import { type Screen, TerminalReport } from "./terminal.ts";
import { checkToken } from "../server/tokens.ts";
import { readWorkerFiles } from "../server/worker_files.ts";

/** Where trained models go, in the project's folder. */
const RUNS = fileURLToPath(new URL("../../../runs/", import.meta.url));
const PAGE = new URL("../../dashboard/dist/", import.meta.url);
const WORKER = new URL("../../worker/dist/", import.meta.url);

/** The first line on standard output; null where the run is over already. */
export interface Announcement {
  page: string;
  port: number;
  /** The token to work. */
  token: string;
}

const screen: Screen = {
  isTerminal: Deno.stderr.isTerminal(),
  write: (text) => {
    try {
      Deno.stderr.writeSync(new TextEncoder().encode(text));
    } catch {
      // The terminal is gone; the run goes on, and what it learns is saved.
    }
  },
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

  const token = Deno.env.get("TRIBUTARY_TOKEN") || options.token;
  const controlToken = Deno.env.get("TRIBUTARY_CONTROL_TOKEN");
  for (const chosen of [token, controlToken]) if (chosen !== undefined) checkToken(chosen);
  const certificate = await readCertificate(options.cert, options.key);
  const prepared = await prepareRun({
    given: command.args,
    named: command.processedArgs[0],
    options,
    say: (line) => console.error(line),
  });
  if ("completed" in prepared) return tellCompleted(prepared, options);
  const { run, plan, start } = prepared;
  const interfaces = Deno.networkInterfaces().map(({ address }) => address);
  const doors = doorsOf({
    ...options,
    interfaces,
    secure: certificate !== null,
    controlToken,
    workToken: token,
  });
  const worker = await readWorkerFiles(WORKER);
  let links: JoinLinks[] = [];
  let report: TerminalReport | null = null;
  let runFolder: RunFolder;
  const history = new RecordedHistory();
  const stop = () => {
    if (controller.signal.aborted) return;
    report?.say("Stopping; press Ctrl-C again to end at once, without saving.");
    controller.abort();
  };
  const begin = Promise.withResolvers<void>();
  listenToLauncher({ stop, begin: begin.resolve });
  onInterrupt({ stop, end: () => Deno.exit(130) });

  const outcome = await coordinate({
    ...prepared,
    begin: begin.promise,
    host: options.host,
    port: options.port,
    minWorkers: options.minWorkers ?? 1,
    audit: options.audit,
    monitorTraining: options.monitorTraining,
    commit: () => runFolder.sync(),
    pausesOnDivergence: isAttended(options),
    certificate,
    doors,
    files: new Map([...await readPageFiles(PAGE), ...worker.files]),
    runs: history,
    links: () => links,
    signal: controller.signal,
    onListening: async (trainer, facts, port, workers) => {
      const checkpointMs = 60_000 * options.checkpointMinutes;
      runFolder = await RunFolder.open(trainer, {
        ...prepared,
        runs: RUNS,
        started,
        checkpointMs,
        workers,
        told: start?.told,
      });
      const origins = printedOrigins({ ...options, interfaces, port, secure: certificate !== null });
      links = joinLinks({ origins, token: doors.workToken, program: worker.program });
      const pageLink = `${origins[0]}/#token=${doors.controlToken}`;
      report = new TerminalReport(screen, facts, Date.now());
      report.watch(trainer.events$, trainer.steps$, start?.cursor.samples);
      history.record(trainer, { run, facts, folder: runFolder, earlier: prepared.history, workers });
      const { model: { loss }, epochs, seed, arithmetic, dataset } = run;
      report.say(`Run ${run.name}: ${plan.summaries.map(({ name }) => name).join("; ")}; ${loss}.`);
      report.say(
        `Data ${dataset}, ${epochs} ${
          epochs === 1 ? "epoch" : "epochs"
        }, seed ${seed}, ${arithmetic} arithmetic.`,
      );
      report.say(`Page: ${pageLink}`);
      if (!doors.loopback) {
        report.say(`To look on, without control: ${origins[0]}/#token=${doors.watchToken}`);
      }
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
    await runFolder.save(model, resultObject(run, outcome));
    return runFolder.path;
  }

  await runFolder!.close();
  const unwritten = await history.close();
  if (unwritten !== null) console.error(unwritten);
  const savedTo = runFolder!.path;
  const resume = outcome.result.outcome === "stopped"
    ? `deno task ${options.task} --checkpoint ${shellWord(savedTo)} --resume`
    : null;
  tellResult(
    { ...resultObject(run, outcome), savedTo },
    summaryText(run, outcome, { savedTo, resume }),
    options,
  );
  const { outcome: ending, reason } = outcome.result;
  if (ending === "failed") throw new UserError(reason);
  return ending === "completed" ? 0 : 130;
}

/**
 * Whether somebody can decide how a run goes on that has diverged: not where a script waits for its end. A coordinator that was
 * started by itself is meant to be looked after.
 */
function isAttended({ json, task }: CoordinatorOptions): boolean {
  return !json && (task === "coordinator" || screen.isTerminal);
}

/** Says how a run went that has been trained to its end before. */
function tellCompleted({ run, folder, completed }: CompletedRun, options: CoordinatorOptions): number {
  console.log(JSON.stringify(null satisfies Announcement | null));
  console.error(
    `The run ${run.name} has been trained to its end: there is nothing to resume; --epochs N extends it.`,
  );
  const text = summaryText(run, outcomeOfResult(completed), { savedTo: folder, resume: null });
  tellResult({ ...completed, savedTo: folder }, text, options);
  return 0;
}

function tellResult(result: Record<string, unknown>, summary: string, { json }: CoordinatorOptions): void {
  if (json) console.log(stringify(result));
  if (json) console.error(summary);
  else console.log(summary);
}

/** Stops when the launcher closes the pipe, by asking for it or by dying. */
async function listenToLauncher({ stop, begin }: { stop(): void; begin(): void }): Promise<void> {
  for await (const _ of Deno.stdin.readable) begin();
  stop();
}

if (import.meta.main) await runCommand(main);
