/**
 * The program that a coordinator serves to machines without a checkout:
 *
 *     deno run --no-prompt --allow-net=HOST:PORT http://HOST:PORT/w/SHA256/worker.js --token=TOKEN
 *
 * It may talk to that one port and nothing else: it reads no file, no environment variable and no host name.
 */
import { UserError } from "@tributary/protocol";
import { parseCoordinatorAddress } from "./coordinator_address.ts";
import { runWorker } from "./deno_worker.ts";
import { kernelsNamed } from "./kernels_named.ts";
import { readLines } from "./lines.ts";
import { parseServedArguments, SERVED_HELP } from "./served_arguments.ts";
import { isThread, runThread } from "./threads/thread.ts";

async function main(): Promise<number> {
  const controller = new AbortController();
  try {
    const options = parseServedArguments(Deno.args);
    if (options === "help") {
      console.log(SERVED_HELP);
      return 0;
    }
    const address = parseCoordinatorAddress(new URL(import.meta.url).origin);
    const token = options.token === "-" ? await tokenFromInput(controller) : options.token;
    Deno.addSignalListener("SIGINT", () => controller.abort());
    if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => controller.abort());
    await runWorker({
      address,
      token: token ?? "",
      name: options.name ?? `deno-${crypto.randomUUID().slice(0, 4)}`,
      kernels: kernelsNamed("wasm"),
      threads: { count: options.threads ?? 1, program: import.meta.url },
      signal: controller.signal,
      say: (line) => console.error(line),
    });
    return 0;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(error.message);
    return error.exitCode;
  }
}

/** The first line of standard input. The worker leaves when the input ends: so it ends with the ssh that started it. */
async function tokenFromInput(controller: AbortController): Promise<string> {
  const lines = readLines(Deno.stdin.readable);
  const { value } = await lines.next();
  if (!value?.trim()) {
    throw new UserError("Cannot join without a token: the first line of standard input has none.");
  }
  (async () => {
    for await (const _ of lines);
    controller.abort("stopped by whoever started it");
  })();
  return value.trim();
}

if (isThread()) runThread();
else Deno.exit(await main());
