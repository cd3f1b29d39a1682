/** The ways to join that a coordinator prints. */
import type { RunningTask } from "./processes.ts";

/** Under one address. */
export interface PrintedLinks {
  /** Such as http://127.0.0.1:8080/#work=TOKEN. */
  link: string;
  browser: string;
  /** The words of the command for Deno alone. */
  program: string[];
  token: string;
  port: number;
}

/** Reads them, once they are there. */
export async function printedLinks(coordinator: RunningTask, host = "127.0.0.1"): Promise<PrintedLinks> {
  const at = host.replaceAll(".", "\\.");
  const [, browser] = await coordinator.line(new RegExp(`^  in a browser: (http://${at}:.*)$`));
  const [, link] = await coordinator.line(new RegExp(`^To join: deno task worker (http://${at}:.*)$`));
  const [, program] = await coordinator.line(
    new RegExp(`^  without a checkout: (deno run .* http://${at}:.*)$`),
  );
  const { port, hash } = new URL(link);
  return {
    link,
    browser,
    program: [Deno.execPath(), ...program.split(" ").slice(1)],
    token: hash.slice("#work=".length),
    port: Number(port),
  };
}
