/** Many workers in one process, for load_bench.ts: `load_workers.ts PORT COUNT TOKEN`. */
import { createWasmKernels } from "../packages/core/mod.ts";
import { openWebSocket, Session } from "../packages/worker/mod.ts";

const [port, count] = Deno.args.map(Number);
const token = Deno.args[2];
let blob: Promise<Uint8Array<ArrayBuffer>> | null = null;

async function work(number: number): Promise<void> {
  const transport = await openWebSocket(`ws://127.0.0.1:${port}/work`);
  if (transport === null) throw new Error(`Worker ${number} could not connect`);
  const session = new Session({
    transport,
    facts: { token, name: `w${number}`, kind: "deno", kernels: "wasm", threads: 1 },
    kernels: (arithmetic) => (elements) => createWasmKernels(elements, { arithmetic }),
    // All have the same data set; it is fetched once.
    fetchData: (sha256) =>
      blob ??= (async () =>
        new Uint8Array(await (await fetch(`http://127.0.0.1:${port}/data/${sha256}`)).arrayBuffer()))(),
    onReady() {},
    onAnswer() {},
  });
  const end = await session.run();
  if (end.kind !== "ended") console.error(`Worker ${number}: ${JSON.stringify(end)}`);
}

await Promise.all(Array.from({ length: count }, (_, i) => work(i + 1)));
Deno.exit(0);
