/** Tokens, TLS and metrics of a run with real processes. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { tlsTest } from "./support/certificates.ts";
import { Peer } from "./support/peer.ts";
import { CAN_SEE_PROCESSES, descendants, RunningTask, runTask } from "./support/processes.ts";
import { SmallRun } from "./support/small_run.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const TOKEN = "chosen-by-a-person-for-this-run";

/** Command lines and what is readable by everybody of the processes below `pid`. */
function commandLines(pid: number): string {
  return descendants(pid).map((pid) => Deno.readTextFileSync(`/proc/${pid}/cmdline`)).join("\n");
}

Deno.test("a token given as --token goes on in the environment, and only the printed links hold it", async () => {
  await using run = await SmallRun.make({ epochs: 100_000 });
  await using task = RunningTask.start("train", [run.path, "--port", "0", "--json", "--token", TOKEN]);
  await task.line(/^Epoch 1\//);
  if (CAN_SEE_PROCESSES) {
    const words = commandLines(task.pid);
    assertStringIncludes(words, "worker-2");
    assert(!words.includes(TOKEN), words);
  }
  task.signal("SIGTERM");
  const { stdout, stderr } = await task.finished();
  assert(!stdout.includes(TOKEN));
  const lines = stderr.split("\n").filter((line) => line.includes(TOKEN));
  for (const line of lines) assertMatch(line, /^(To join:| {2}without a checkout:| {2}in a browser:) /);
  assertEquals(lines.length, 3);
});

Deno.test("on loopback everybody may look on and read metrics, but only the printed link shows the ways to join", async () => {
  await using run = await SmallRun.make({ epochs: 100_000 });
  await using task = RunningTask.start("train", [run.path, "--port", "0", "--json"]);
  const [, origin, token] = await task.line(/^Page: (http:\S+)\/#token=(\S+)$/);
  await task.line(/^Epoch 2\//);
  const linksFor = async (token: string | null) => {
    await using peer = await Peer.open(`${origin.replace("http", "ws")}/watch`);
    peer.send(JSON.stringify({ type: "watch", token }));
    return (await peer.next()).links;
  };
  assertEquals(await linksFor(null), undefined);
  assertEquals(await linksFor("wrong"), undefined);
  assertStringIncludes((await linksFor(token))[0].checkout, `deno task worker ${origin}/#work=`);
  const response = await fetch(`${origin}/metrics`);
  const text = await response.text();
  assertMatch(text, /^tributary_workers 2$/m);
  assertMatch(text, /^tributary_steps_total [1-9]\d*$/m);
  assertMatch(text, /^tributary_accuracy\{split="test"\} (0\.\d+|1)$/m);
  assertMatch(text, /^tributary_worker_received_bytes_total\{worker="worker-1"\} [1-9]\d*$/m);
});

tlsTest(
  "train with a certificate trains over TLS to the same bits, and says nothing of it but https",
  async ({ cert, key }) => {
    await using run = await SmallRun.make();
    const args = [run.path, "--port", "0", "--json", "--cert", cert, "--key", key];
    const { code, stdout, stderr } = await runTask("train", args);
    assertEquals(code, 0, stderr);
    assertEquals(JSON.parse(stdout).parametersSha256, await run.hashAlone());
    assertMatch(stderr, /^Page: https:\/\/127\.0\.0\.1:\d+\/#token=/m);
    assert(!/DANGER|http:/.test(stderr), stderr);
  },
);

tlsTest(
  "a worker joins over TLS where DENO_CERT names the authority, and is told so where it does not",
  async ({ ca, cert, key }) => {
    await using run = await SmallRun.make();
    // Both workers take part, however late the second one is.
    const args = [run.path, "--port", "0", "--json", "--cert", cert, "--key", key, "--min-workers", "2"];
    await using task = RunningTask.start("coordinator", args);
    const [, link] = await task.line(/^To join: deno task worker (https:\S+)$/);
    const stranger = await runTask("worker", [link]);
    assertEquals(stranger.code, 1);
    assertMatch(
      stranger.stderr,
      /^Cannot join .* its certificate is not trusted \(UnknownIssuer\): .*DENO_CERT.*\n$/,
    );
    const [, program] = await task.line(/^ {2}without a checkout: deno (run .*)$/);
    await using served = RunningTask.command([Deno.execPath(), ...program.split(" ")], {
      env: { DENO_CERT: ca },
    });
    const worker = await runTask("worker", [link], { env: { DENO_CERT: ca } });
    assertEquals(worker.code, 0, worker.stderr);
    assertEquals((await served.finished()).code, 0);
    const { code, stdout } = await task.finished();
    assertEquals(code, 0);
    assertEquals(JSON.parse(stdout).parametersSha256, await run.hashAlone());
  },
);
