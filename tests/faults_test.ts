/**
 * One fault each, in a run of real processes: it ends with exit code 0, with the SHA-256 of one loop over core, every sample of
 * every epoch was used once, and the feed names the worker. `FaultyRun.finish()` looks at what all of them have in common.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { createWasmKernels } from "@tributary/core";
import { openWebSocket, Session, type Transport } from "@tributary/worker";
import { FaultyRun, workingRun } from "./support/faulty_run.ts";
import { within } from "./support/within.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** 120 epochs of 4 steps: some 3 s on two cores. */
const EPOCHS = 120;

/** The fault strikes once the workers' speeds are known. */
const STRIKE_AFTER = 40;

let sha256: Promise<string> | null = null;

/** A run of three workers whose speeds are known. */
async function begin(
  args: string[] = [],
): Promise<AsyncDisposableStack & { faulty: FaultyRun; sha256: string }> {
  const stack = new AsyncDisposableStack();
  const run = stack.use(await workingRun(EPOCHS));
  sha256 ??= run.hashAlone();
  const alone = await sha256;
  try {
    const faulty = stack.use(await FaultyRun.start(run, { args }));
    await faulty.watcher.step(STRIKE_AFTER);
    return Object.assign(stack, { faulty, sha256: alone });
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

function tell(what: string, ms: number): void {
  console.error(`${what}: ${Math.round(ms)} ms`);
}

Deno.test("SIGKILL of a worker: its range goes to another one, named in the feed, and the step goes on within 2 s", async () => {
  await using scene = await begin();
  const { watcher } = scene.faulty;
  const { task, name } = scene.faulty.busiest();
  const at = Date.now();
  task.signal("SIGKILL");
  const left = await watcher.event("workerLeft");
  assertEquals([left.worker.name, left.reason], [name, "the connection broke"]);
  await scene.faulty.finish(scene.sha256);
  const gapMs = watcher.longestGapMs(at, 500);
  tell("SIGKILL: noticed after", left.at - at);
  tell("SIGKILL: longest time without a step", gapMs);
  assert(gapMs < 2_000, `${gapMs} ms`);
  // On a busy machine there may be late ranges, too.
  const lost = watcher.eventsOf("rangeReassigned").filter(({ reason }) => reason === left.reason);
  for (const { from, to, step } of lost) {
    assertEquals([from, step], [name, left.during]);
    assert(to !== name);
  }
});

Deno.test("SIGSTOP of a worker: its late range is taken over, and after SIGCONT it works again", async () => {
  await using scene = await begin();
  const { faulty } = scene;
  const { watcher } = faulty;
  const { task, name } = faulty.busiest();
  const at = Date.now();
  task.signal("SIGSTOP");
  const late = await watcher.event("rangeLate", (event) => event.worker === name && event.at >= at);
  const taken = await watcher.event("rangeReassigned", ({ from, at }) => from === name && at >= late.at);
  assertMatch(taken.reason, /^no answer for \d+ ms$/);
  assertEquals(taken.step, late.step);
  tell("SIGSTOP: range taken over after", taken.at - at);
  // The deadline adapts to how slow the machine has been.
  assert(late.afterMs >= 250, `${late.afterMs} ms`);
  assert(taken.at - late.at < 2_000, `${taken.at - late.at} ms`);
  const before = faulty.samplesOf(name);
  task.signal("SIGCONT");
  await watcher.until(`work of ${name}`, () => faulty.samplesOf(name) > before ? true : undefined);
  const result = await faulty.finish(scene.sha256);
  tell("SIGSTOP: longest time without a step", watcher.longestGapMs(at, 500));
  assertEquals(result.workers.length, 3, "it never left");
});

Deno.test("a slow and narrow link only slows a run down", async () => {
  await using scene = await begin();
  const { link } = scene.faulty.worker("ada");
  link.delayMs = 30;
  link.bytesPerSecond = 5e6;
  await scene.faulty.watcher.step(STRIKE_AFTER + 60);
  link.heal();
  await scene.faulty.finish(scene.sha256);
});

Deno.test("a connection that falls silent without an end: its range is taken over, and what it says later is ignored", async () => {
  await using scene = await begin();
  const { watcher } = scene.faulty;
  const { link, name } = scene.faulty.busiest();
  const at = Date.now();
  link.silence();
  const late = await watcher.event("rangeLate", (event) => event.worker === name && event.at >= at);
  const taken = await watcher.event("rangeReassigned", ({ from, at }) => from === name && at >= late.at);
  tell("half-open: range taken over after", taken.at - at);
  assert(taken.at - late.at < 2_000);
  await watcher.step(taken.step + 20);
  assertEquals(watcher.eventsOf("workerLeft"), [], "30 s of silence have not passed");
  const before = scene.faulty.samplesOf(name);
  link.heal();
  await watcher.until(`work of ${name}`, () => scene.faulty.samplesOf(name) > before ? true : undefined);
  await scene.faulty.finish(scene.sha256);
});

Deno.test("a network that is cut and healed: the worker comes back by itself, and works", async () => {
  await using scene = await begin();
  const { watcher } = scene.faulty;
  const { link, task, name } = scene.faulty.busiest();
  const at = Date.now();
  link.cut();
  const left = await watcher.event("workerLeft");
  assertEquals(left.worker.name, name);
  await task.line(/^(The connection to \S+ broke|No coordinator answers at \S+)\. Trying again in .* s/);
  link.heal();
  const back = await watcher.event("workerJoined", ({ at }) => at > left.at);
  assertEquals(back.worker.name, name);
  tell("cut: back after", back.at - at);
  await watcher.until(
    `work of ${name}`,
    () => watcher.workers.some(({ id, samples }) => id === back.worker.id && samples > 0) ? true : undefined,
  );
  await scene.faulty.finish(scene.sha256);
});

Deno.test("without any worker the run waits, says for what, and goes on with the first that joins", async () => {
  await using scene = await begin();
  const { faulty } = scene;
  for (const { task } of faulty.workers.values()) task.signal("SIGKILL");
  const waiting = await faulty.watcher.until(
    "a wait",
    () => faulty.watcher.eventsOf("waiting").find(({ reason }) => reason.startsWith("Step ")),
  );
  assertMatch(waiting.reason, /^Step \d+ waits for a worker to join\.$/);
  await faulty.addWorker("zoe");
  await faulty.finish(scene.sha256);
});

Deno.test("with all workers stopped the run waits, says for whom, and goes on when they do", async () => {
  await using scene = await begin();
  const { faulty } = scene;
  for (const { task } of faulty.workers.values()) task.signal("SIGSTOP");
  const waiting = await faulty.watcher.until(
    "a wait",
    () => faulty.watcher.eventsOf("waiting").find(({ reason }) => reason.startsWith("Step ")),
  );
  assertMatch(waiting.reason, /^Step \d+ waits for .*(ada|bob|eve).*: late, and nobody else is there\.$/);
  for (const { task } of faulty.workers.values()) task.signal("SIGCONT");
  await faulty.finish(scene.sha256);
});

Deno.test("a frame cut in its middle is never used: the worker comes back by itself", async () => {
  await using scene = await begin();
  const { watcher } = scene.faulty;
  const { link, name } = scene.faulty.busiest();
  const at = await link.strike("cut");
  const left = await watcher.event("workerLeft");
  assertEquals(left.worker.name, name);
  const back = await watcher.event("workerJoined", ({ at }) => at > left.at);
  tell("cut in a frame: back after", back.at - at);
  await scene.faulty.finish(scene.sha256);
});

Deno.test("a frame that lacks its end and garbles what comes after it is never used", async () => {
  await using scene = await begin();
  const { watcher } = scene.faulty;
  const { link, name } = scene.faulty.busiest();
  const at = await link.strike("truncate");
  const named = await watcher.until(
    `an event that names ${name}`,
    () =>
      watcher.eventsOf("rangeLate").find((event) => event.worker === name && event.at >= at) ??
        watcher.eventsOf("workerLeft").find((event) => event.worker.name === name),
  );
  tell(`truncated frame: ${named.type} after`, named.at - at);
  await scene.faulty.finish(scene.sha256);
});

for (const kind of ["duplicate", "replay"] as const) {
  Deno.test(`a frame that nobody asked for (${kind}) is refused with the worker's name; it comes back by itself`, async () => {
    await using scene = await begin();
    const { watcher } = scene.faulty;
    const { link, name } = scene.faulty.busiest();
    await link.strike(kind);
    const refused = await watcher.event("workerRefused");
    assertEquals([refused.name, refused.code], [name, "message"]);
    assertEquals(refused.reason, `${name} sent a gradient that it was not asked for`);
    const back = await watcher.event("workerJoined", ({ at }) => at > refused.at);
    assertEquals(back.worker.name, name);
    await scene.faulty.finish(scene.sha256);
  });
}

Deno.test("one flipped bit of a gradient: --audit 1 finds it, names the worker, and sends it away for good", async () => {
  await using scene = await begin(["--audit", "1"]);
  const { watcher } = scene.faulty;
  const { link, task, name } = scene.faulty.busiest();
  const at = await link.strike("flip");
  const wrong = await watcher.event("wrongAnswer");
  assertEquals([wrong.worker, wrong.reason], [name, "its gradient has other bits than the right one"]);
  tell("flipped bit: found after", wrong.at - at);
  const refused = await watcher.event("workerRefused");
  assertEquals([refused.name, refused.code], [name, "wrong-bits"]);
  assertMatch((await task.finished()).stderr, /Cannot join the run .* other bits than the right one/);
  await scene.faulty.finish(scene.sha256);
});

/** A worker like any other, but every element of its gradients is NaN. */
async function joinWithNaN(port: number, token: string): Promise<{ ended: Promise<unknown> }> {
  const honest = await openWebSocket(`ws://127.0.0.1:${port}/work`);
  assert(honest !== null);
  const transport: Transport = {
    send: (data) => {
      if (typeof data !== "string") {
        new Float32Array(data.buffer, 48).fill(NaN);
      }
      honest.send(data);
    },
    flush: () => honest.flush(),
    receive: () => honest.receive(),
    close: (code, reason) => honest.close(code, reason),
  };
  const session = new Session({
    transport,
    facts: { token, name: "nan", kind: "deno", threads: 1 },
    kernels: (arithmetic) => (elements) => createWasmKernels(elements, { arithmetic }),
    fetchData: async (sha256) =>
      new Uint8Array(await (await fetch(`http://127.0.0.1:${port}/data/${sha256}`)).arrayBuffer()),
    onReady() {},
    onAnswer() {},
  });
  return { ended: session.run() };
}

Deno.test("a worker that answers NaN is found without an audit, named, and sent away", async () => {
  await using scene = await begin();
  const { watcher, port, token } = scene.faulty;
  const { ended } = await joinWithNaN(port, token);
  const wrong = await watcher.event("wrongAnswer");
  assertEquals([wrong.worker, wrong.reason], ["nan", "its gradient is not finite, and the right one is"]);
  assertEquals(await within(ended, "its end"), { kind: "refused", code: "wrong-bits", reason: wrong.reason });
  await scene.faulty.finish(scene.sha256);
});
