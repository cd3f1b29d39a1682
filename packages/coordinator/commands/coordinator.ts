/** `deno task coordinator [RUN]`: directs a run with workers that join from anywhere. */
import { coordinatorCommand, type CoordinatorOptions, runCommand } from "../process/command_line.ts";
import { coordinatorProgram, launch } from "../process/launcher.ts";

await runCommand(async () => {
  const command = coordinatorCommand(
    "coordinator",
    "Directs a run: waits for workers, trains, and saves the model.",
  )
    .parse(Deno.args, { from: "user" });
  const options = command.opts<CoordinatorOptions>();
  return await launch({
    program: coordinatorProgram(options),
    args: Deno.args,
    options,
    workers: 0,
    threads: 1,
  });
});
