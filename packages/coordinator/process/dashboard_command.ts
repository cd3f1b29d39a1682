/** The command line of `deno task dashboard`. */
import type { Command } from "commander";
import { fileURLToPath } from "node:url";
import { command, withServerOptions } from "./command_line.ts";

/** Where runs go that are given no folder. */
export const DEFAULT_FOLDER: string = fileURLToPath(new URL("../../../runs/", import.meta.url));

/** Its options are those of a server. */
export function dashboardCommand(): Command {
  const description =
    "Shows earlier runs, with no run going: to look at, to compare, to rename and to delete.";
  return withServerOptions(command("dashboard", description)).argument(
    "[folder]",
    "the folder that the folders of runs are in (by default runs/): its history.sqlite is shown",
  );
}
