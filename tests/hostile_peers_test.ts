/** Peers that send whatever they like, to a run with real processes: it must end with the same bits. */
import { assert, assertEquals } from "@std/assert";
import { ARITHMETIC_VERSION } from "@tributary/core";
import { encodeMessage, LIMITS, PROTOCOL_VERSION } from "@tributary/protocol";
import { Peer } from "./support/peer.ts";
import { RunningTask } from "./support/processes.ts";
import { SmallRun } from "./support/small_run.ts";
import { congruential } from "./support/toy.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const next = congruential(5);

function garbage(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => next() & 255);
}

/** Says something wrong on a new socket and leaves, politely or not. */
async function attackSocket(url: string, says: (string | Uint8Array<ArrayBuffer>)[]): Promise<void> {
  await using peer = await Peer.open(url);
  says.forEach((data) => peer.send(data));
}

/** Sends bytes that are no request, and breaks off. */
async function attackPort(port: number, bytes: Uint8Array): Promise<void> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(bytes);
}

Deno.test("a run ends with the same hash while peers send garbage on every path", async () => {
  await using run = await SmallRun.make({ epochs: 300 });
  const args = [run.path, "--port", "0", "--workers", "2", "--json"];
  await using task = RunningTask.start("train", args);
  const [, origin, token] = await task.line(/^To join: deno task worker (\S+)\/#work=(\S+)$/);
  const port = Number(new URL(origin).port);
  await task.line(/^Epoch 1\//);
  const hello = encodeMessage({
    type: "hello",
    protocol: PROTOCOL_VERSION,
    arithmeticVersion: ARITHMETIC_VERSION,
    token,
    name: "mallory",
    kind: "deno",
    threads: 1,
  });
  const utf8 = (text: string) => new TextEncoder().encode(text);
  let attacks = 0;
  const attack = async () => {
    const text = new TextDecoder().decode(garbage(200));
    for (const path of ["work", "watch"]) {
      await attackSocket(`ws://127.0.0.1:${port}/${path}`, [text]);
      await attackSocket(`ws://127.0.0.1:${port}/${path}`, [garbage(1_000)]);
      await attackSocket(`ws://127.0.0.1:${port}/${path}`, [`{"type":"${text}"}`, "[".repeat(100_000)]);
      await attackSocket(`ws://127.0.0.1:${port}/${path}`, [
        '{"type":"watch","token":null}',
        text,
        garbage(10),
      ]);
    }
    await attackSocket(`ws://127.0.0.1:${port}/work`, [hello, garbage(1_000)]);
    await attackSocket(`ws://127.0.0.1:${port}/work`, [
      hello,
      encodeMessage({ type: "leaving", reason: text }),
    ]);
    await attackPort(port, garbage(500));
    await attackPort(
      port,
      utf8("GET /none HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"),
    );
    await attackPort(
      port,
      utf8("GET /work HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"),
    );
    attacks++;
  };
  for (let i = 0; i < 5; i++) await attack();
  await attackPort(port, utf8("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9999999999\r\n\r\n"));
  await attackPort(port, utf8("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nhost: localhost\r\n\r\n"));
  // More connections than may come: the workers, who are inside, do not notice.
  for (let i = 0; i < 2 * LIMITS.connectionBurst; i++) {
    await attackPort(port, new Uint8Array(0)).catch(() => {});
  }
  await task.line(/^Epoch 10\//);
  const { code, stdout, stderr } = await task.finished();
  assertEquals(code, 0, stderr);
  const { parametersSha256, faults, workers } = JSON.parse(stdout);
  assertEquals(parametersSha256, await run.hashAlone());
  assertEquals(workers.length, 2, "nobody else took part");
  assert(faults.length >= 4 * attacks, `${faults.length} faults of ${attacks} attacks`);
  assert(!/[^\n\P{C}]/u.test(stderr), "what peers say holds no control character");
});
