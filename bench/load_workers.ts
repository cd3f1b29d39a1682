/** Many workers in one process, for load_bench.ts: `load_workers.ts PORT COUNT TOKEN`. */
import { createWasmKernels } from "../packages/core/mod.ts";
import { reconnectPauseMs } from "../packages/protocol/mod.ts";
import { openWebSocket, Session, type SessionEnd } from "../packages/worker/mod.ts";

const [port, count] = Deno.args.map(Number);
const token = Deno.args[2];
let blob: Promise<Uint8Array<ArrayBuffer>> | null = null;

/** Comes again where the coordinator has no room for so many strangers at once, as workers do. */
async function work(number: number): Promise<void> {
  for (let attempt = 1;; attempt++) {
    const end = await workOnce(number);
    if (end.kind === "ended") return;
    if (end.kind !== "refused" || end.code !== "full") {
      return console.error(`Worker ${number}: ${JSON.stringify(end)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, reconnectPauseMs(attempt, Math.random())));
  }
}

async function workOnce(number: number): Promise<SessionEnd> {
  const transport = await openWebSocket(`ws://127.0.0.1:${port}/work`);
  if (transport === null) throw new Error(`Worker ${number} could not connect`);
  const session = new Session({
    transport,
    facts: { token, name: `w${number}`, kind: "deno", threads: 1 },
    kernels: (arithmetic) => (elements) => createWasmKernels(elements, { arithmetic }),
    // All have the same data set; it is fetched once.
    fetchData: (sha256) =>
      blob ??= (async () =>
        new Uint8Array(await (await fetch(`http://127.0.0.1:${port}/data/${sha256}`)).arrayBuffer()))(),
    onReady() {},
    onAnswer() {},
  });
  return await session.run();
}

await Promise.all(Array.from({ length: count }, (_, i) => work(i + 1)));
Deno.exit(0);
