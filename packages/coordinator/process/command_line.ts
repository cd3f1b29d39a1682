/** The options that `train` and `coordinator` share, and how commands end. */
import { type Arithmetic, ARITHMETICS } from "@tributary/core";
import { LIMITS, UserError } from "@tributary/protocol";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { isIP } from "node:net";
import { DATA_SETS } from "../data_sources/load_data_set.ts";
import { DEFAULT_RUN, type RunOverrides } from "../storage/run_source.ts";

/** Options of whatever serves the page. */
export interface ServerOptions {
  host: string;
  port: number;
  publicUrl?: string;
  /** Files in PEM: with them, everything goes over TLS. */
  cert?: string;
  key?: string;
  open?: true;
}

/** Options of a run and of the coordinator that directs it. */
export interface CoordinatorOptions extends RunOverrides, ServerOptions {
  /** Workers to wait for before the first step. */
  minWorkers?: number;
  token?: string;
  json?: true;
  /** Share of ranges that a second worker computes as well. */
  audit?: number;
  /** Evaluate the training split at each epoch's end. */
  monitorTraining?: true;
  /** The run's folder. */
  checkpoint?: string;
  checkpointMinutes: number;
  resume?: true;
  /** The task that a person started, for the commands that are printed. */
  task: string;
}

/** The part of a command line that `train` and `coordinator` have in common. */
export function coordinatorCommand(name: string, description: string): Command {
  return withServerOptions(command(name, description))
    .argument("[run]", "a run description (a .json file), or the name of one in experiments/", DEFAULT_RUN)
    .option("--dataset <name>", "what to learn from, see below")
    .option("--epochs <n>", "how often every training sample is used", wholeNumber(1))
    .option(
      "--batch-size <n>",
      "samples per step, over all workers together",
      wholeNumber(1, LIMITS.batchSizeMax),
    )
    .option("--learning-rate <x>", "η: how far a step goes", positiveNumber)
    .option("--seed <n>", "decides the initial weights and the order of samples", wholeNumber(0))
    .option(
      "--leaf-size <n>",
      "samples that are summed in one go; a step can use as many workers as it has leaves. It changes the trained bits " +
        "(by default min(32, max(5, batch size / 8)))",
      wholeNumber(1, LIMITS.batchSizeMax),
    )
    .addOption(
      new Option(
        "--arithmetic <name>",
        "exact: fused multiply-add, fast; portable: for engines without relaxed SIMD. It changes the trained bits",
      ).choices(ARITHMETICS as readonly Arithmetic[] as Arithmetic[]),
    )
    .option(
      "--min-workers <n>",
      "workers to wait for before the first step (train: all local ones; coordinator: 1)",
      wholeNumber(1, LIMITS.workersMax),
    )
    .option("--token <token>", "the token to work, instead of a random one; better given as TRIBUTARY_TOKEN")
    .option(
      "--audit <share>",
      "share of the work, from 0 to 1, that a second worker computes as well, so that wrong answers are found. " +
        "It costs that much more work and does not change the trained bits (by default 0)",
      share,
    )
    .option(
      "--monitor-training",
      "evaluate the training split, too, at each epoch's end, for the page and the log: shows overfitting exactly, and " +
        "costs one more pass forward over it",
    )
    .option(
      "--checkpoint <folder>",
      "where checkpoints, the run log and the trained model go (by default a new folder in runs/)",
    )
    .option(
      "--checkpoint-minutes <n>",
      "time from one checkpoint to the next; there is one at each epoch's end, too",
      positiveNumber,
      5,
    )
    .option(
      "--resume",
      "go on with the run in the folder --checkpoint, from its newest checkpoint; of what decides the bits, only " +
        "--epochs can be changed",
    )
    .addOption(new Option("--task <name>").default("coordinator").hideHelp())
    .option(
      "--json",
      "write one JSON object to standard output at the end; everything else goes to standard error",
    )
    .addHelpText("after", `\nData sets:\n${dataSetTable()}`);
}

/** The command with the options of a server. */
export function withServerOptions(command: Command): Command {
  return command
    .option("--host <address>", "where to listen; 0.0.0.0 lets other machines in", ipAddress, "127.0.0.1")
    .option("--port <n>", "where to listen; 0 takes a free one", wholeNumber(0, 65_535), 8080)
    .option(
      "--public-url <url>",
      "the address under which others reach this machine, for the printed links",
      webAddress,
    )
    .option("--cert <file>", "certificate in PEM: everything goes over TLS; with --key")
    .option("--key <file>", "the certificate's private key in PEM")
    .option("--open", "open the page in a browser");
}

function dataSetTable(): string {
  const width = Math.max(...DATA_SETS.map(({ name }) => name.length));
  return DATA_SETS.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`).join("\n");
}

/** A command line without one of its options, `--name value` or `--name=value`. */
export function withoutOption(args: readonly string[], name: string): string[] {
  return args.filter((arg, i) => arg !== name && !arg.startsWith(`${name}=`) && args[i - 1] !== name);
}

/** A command that ends with our exit codes. */
export function command(name: string, description: string): Command {
  return new Command(`deno task ${name}`)
    .description(description)
    .showHelpAfterError("(--help lists the options)")
    .exitOverride();
}

/** A parser of whole numbers within bounds. */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    const bounds = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`Wanted a whole number ${bounds}.`);
  };
}

/** Names would have to be looked up, and the permission to listen is for one address. */
function ipAddress(text: string): string {
  const address = text === "localhost" ? "127.0.0.1" : text;
  if (isIP(address) !== 0) return address;
  throw new InvalidArgumentError(
    "Wanted an IP address of this machine, such as 127.0.0.1, or 0.0.0.0 for all.",
  );
}

function webAddress(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new InvalidArgumentError("Wanted an address such as https://train.example.");
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("Wanted a number above 0.");
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("Wanted a number from 0 to 1.");
}

/**
 * Runs a command and ends the process with its exit code. A user's mistake is one sentence on standard error; a mistake of
 * ours keeps its stack trace.
 */
export async function runCommand(main: () => Promise<number>): Promise<never> {
  let code: number;
  try {
    code = await main();
  } catch (error) {
    if (error instanceof CommanderError) {
      code = error.exitCode === 0 ? 0 : 2;
    } else if (error instanceof UserError) {
      console.error(/[.!?]$/.test(error.message) ? error.message : `${error.message}.`);
      code = error.exitCode;
    } else {
      console.error(error);
      code = 1;
    }
  }
  Deno.exit(code);
}
