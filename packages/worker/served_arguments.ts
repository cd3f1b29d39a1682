/** The command line of the served program: short, since it comes over the network and has no library for it. */
import { UserError } from "@tributary/protocol";
import { parseThreadCount } from "./threads/thread_count.ts";

/** What a person, or `deno task launch`, says to the served program. */
export interface ServedArguments {
  /** "-": the first line of standard input. */
  token?: string;
  name?: string;
  threads?: number;
}

/** What `--help` prints. */
export const SERVED_HELP =
  `Joins the run of the coordinator that serves this program, and computes gradients for it.

Options:
  --token=TOKEN  the token to work; "-" reads it from standard input and leaves when that ends
  --name=NAME    how the page and the log call this worker
  --threads=N    threads that compute and send one gradient together (by default 1)
  --help         shows this`;

/** @throws {UserError} with exit code 2 for anything else. */
export function parseServedArguments(args: readonly string[]): ServedArguments | "help" {
  const options: ServedArguments = {};
  for (const arg of args) {
    if (arg === "--help" || arg === "-h") return "help";
    const [, option, value] = arg.match(/^--(token|name|threads)=(.*)$/s) ?? [];
    const threads = option === "threads" ? parseThreadCount(value) : null;
    if (option === "token" || option === "name") options[option] = value;
    else if (threads !== null) options.threads = threads;
    else throw new UserError(`Cannot understand ${JSON.stringify(arg)}: --help lists the options.`, 2);
  }
  return options;
}
