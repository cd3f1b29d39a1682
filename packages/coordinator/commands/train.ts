/** `deno task train [RUN]`: trains on this machine, from one command. */
import { LIMITS } from "@tributary/protocol";
import {
  coordinatorCommand,
  type CoordinatorOptions,
  runCommand,
  wholeNumber,
  withoutOption,
} from "../process/command_line.ts";
import { coordinatorProgram, launch } from "../process/launcher.ts";

/** Most local workers: more than the cores of any machine would only get in each other's way. */
const WORKERS_MAX = 256;

await runCommand(async () => {
  const command = coordinatorCommand(
    "train",
    "Trains on this machine: a coordinator with local workers, from one command.",
  )
    .option("--workers <n>", "local workers to start", wholeNumber(1, WORKERS_MAX), 2)
    .option(
      "--threads <n>",
      "threads of each local worker: they share its memory and send one gradient together",
      wholeNumber(1, LIMITS.threadsMax),
      1,
    )
    .parse(Deno.args, { from: "user" });
  const { workers, threads, ...options } = command.opts<
    CoordinatorOptions & { workers: number; threads: number }
  >();
  const args = withoutOption(withoutOption(Deno.args, "--workers"), "--threads");
  args.push("--task=train");
  // All local workers take part from the first step, unless the person says otherwise.
  if (options.minWorkers === undefined) args.push(`--min-workers=${workers}`);
  return await launch({ program: coordinatorProgram(options), args, options, workers, threads });
});
