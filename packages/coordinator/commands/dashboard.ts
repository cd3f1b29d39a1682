/** `deno task dashboard [FOLDER]`: earlier runs, with no run going. */
import type { ServerOptions } from "../process/command_line.ts";
import { runCommand } from "../process/command_line.ts";
import { dashboardCommand, DEFAULT_FOLDER } from "../process/dashboard_command.ts";
import { dashboardProgram, launch } from "../process/launcher.ts";

await runCommand(async () => {
  const command = dashboardCommand().parse(Deno.args, { from: "user" });
  const options = command.opts<ServerOptions>();
  const program = dashboardProgram(command.args[0] ?? DEFAULT_FOLDER, options);
  return await launch({ program, args: Deno.args, options, workers: 0, threads: 1 });
});
