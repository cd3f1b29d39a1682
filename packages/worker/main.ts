/** `deno task worker URL`. */
import { countPresses, LIMITS, UserError } from "@tributary/protocol";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { parseCoordinatorAddress } from "./coordinator_address.ts";
import { runWorker } from "./deno_worker.ts";
import type { KernelsName } from "./kernels_named.ts";
import { kernelsOfCheckout } from "./native_kernels.ts";
import { parseThreadCount } from "./threads/thread_count.ts";

interface Options {
  name: string;
  token?: string;
  kernels: KernelsName;
  threads: number;
  /** The number of a local worker that a launcher has started, from 1. */
  child?: string;
}

const command = new Command("deno task worker")
  .description(
    "Joins a run and computes gradients for it until the run ends. Joins again when the connection breaks.",
  )
  .argument(
    "<url>",
    "the link to join that the coordinator printed, such as http://192.168.1.5:8080/#work=TOKEN",
  )
  .option("--name <name>", "how the page and the log call this worker", `${Deno.hostname()}-${Deno.pid}`)
  .option(
    "--token <token>",
    "the token, where the link has none; better given as TRIBUTARY_TOKEN in the environment",
  )
  .addOption(
    new Option(
      "--kernels <kernels>",
      "what computes: machine code where this computer allows it, WebAssembly, or the slow reference (the bits are the same)",
    )
      .choices(["native", "wasm", "reference"]).default("native"),
  )
  .option(
    "--threads <n>",
    "threads that compute for this worker, and send one gradient together; on one machine that is less traffic than so many " +
      "workers, and each step waits for all of them",
    threadCount,
    1,
  )
  .addOption(new Option("--child <number>").hideHelp())
  .showHelpAfterError("(--help lists the options)")
  .exitOverride();

function threadCount(text: string): number {
  const count = parseThreadCount(text);
  if (count === null) throw new InvalidArgumentError(`Wanted a whole number from 1 to ${LIMITS.threadsMax}.`);
  return count;
}

/** Leaves when the launcher that started this worker closes the pipe, by ending or by dying. */
async function stopWithLauncher(stop: () => void): Promise<void> {
  for await (const _ of Deno.stdin.readable);
  stop();
}

async function main(): Promise<number> {
  const controller = new AbortController();
  try {
    command.parse(Deno.args, { from: "user" });
    const options = command.opts<Options>();
    const address = parseCoordinatorAddress(command.args[0]);
    if (options.child) stopWithLauncher(() => controller.abort());
    const count = countPresses();
    Deno.addSignalListener("SIGINT", () => {
      if (options.child) return; // The launcher says when it is over.
      if (count(performance.now()) > 1) Deno.exit(130);
      controller.abort();
    });
    Deno.addSignalListener("SIGTERM", () => controller.abort());
    const say = (line: string) => options.child || console.error(line);
    await runWorker({
      address,
      token: address.token ?? Deno.env.get("TRIBUTARY_TOKEN") ?? options.token ?? "",
      name: options.name,
      // What is true of one local worker is true of all.
      kernels: kernelsOfCheckout(options.kernels, options.child === "1" ? console.error : say),
      threads: { count: options.threads, program: new URL("./threads/main.ts", import.meta.url) },
      signal: controller.signal,
      say,
    });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    return error.exitCode;
  }
}

Deno.exit(await main());
