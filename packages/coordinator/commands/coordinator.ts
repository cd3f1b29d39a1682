/** `deno task coordinator [RUN]`: directs a run with workers that join from anywhere. */
import { coordinatorCommand, type CoordinatorOptions, runCommand } from "../process/command_line.ts";
import { launch } from "../process/launcher.ts";

await runCommand(async () => {
  const command = coordinatorCommand(
    "coordinator",
    "Directs a run: waits for workers, trains, and saves the model.",
  )
    .parse(Deno.args, { from: "user" });
  return await launch({
    args: Deno.args,
    options: command.opts<CoordinatorOptions>(),
    workers: 0,
    threads: 1,
  });
});
