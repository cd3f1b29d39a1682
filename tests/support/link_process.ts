/**
 * A {@link FaultyLink} as a process of its own, for a network namespace: `link_process.ts HOST PORT`. Says its port on standard
 * error, and does what standard input says, a word a line: `slow` (3 ms more, either way), `silence`, `cut`, `heal`.
 */
import { FaultyLink } from "./faulty_link.ts";

/** How much later everything arrives on a slow link. */
const SLOW_MS = 3;

const [host, port] = Deno.args;
const link = await FaultyLink.open(Number(port), host);
console.error(`Link at ${link.port}`);
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  for (const word of text.trim().split("\n")) {
    if (word === "slow") link.delayMs = SLOW_MS;
    else if (word === "silence") link.silence();
    else if (word === "cut") link.cut();
    else if (word === "heal") link.heal();
    else throw new Error(`Cannot do ${JSON.stringify(word)} to a link`);
    console.error(`Did ${word}`);
  }
}
Deno.exit(0);
