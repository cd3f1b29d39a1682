/**
 * Four machines with addresses of their own on one bridge: a coordinator and three workers. Packets are late and get lost, one
 * machine's plug is pulled for a while, and the link of another one, through a program on it, stalls, breaks and is slow; the
 * SHA-256 is that of one loop over core.
 */
import { assertEquals } from "@std/assert";
import { Bridge, bridgeTest, canDisturb } from "./support/bridge.ts";
import { type RunResult, workingRun } from "./support/faulty_run.ts";
import { printedLinks } from "./support/join_links.ts";
import { RunningTask, taskCommand } from "./support/processes.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** Longer than any range may take, shorter than a connection may be silent. */
const PULLED_MS = 2_000;
/** Short enough for TCP to send again what was lost. */
const FLICKER_MS = 100;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

bridgeTest(
  "machines with late and lost packets, one of them cut off for a while, train the same bits",
  4,
  async (bridge: Bridge) => {
    const [{ address, prefix }, ...others] = bridge.machines;
    const disturbs = await canDisturb(bridge);
    await using run = await workingRun(disturbs ? 80 : 150);
    await using coordinator = RunningTask.command([
      ...prefix,
      ...taskCommand("coordinator"),
      run.path,
      ...["--host", address, "--port", "0", "--json", "--min-workers", "3"],
    ]);
    const { link } = await printedLinks(coordinator, address);
    await using stack = new AsyncDisposableStack();
    const { hash, hostname, port } = new URL(link);
    await using proxy = RunningTask.command([
      ...others[0].prefix,
      ...[Deno.execPath(), "run", "--quiet", "--no-prompt", "--allow-net"],
      ...["tests/support/link_process.ts", hostname, port],
    ], { keepInput: true });
    const [, proxyPort] = await proxy.line(/^Link at (\d+)$/);
    for (const [i, machine] of others.entries()) {
      const url = i === 0 ? `http://127.0.0.1:${proxyPort}/${hash}` : link;
      const words = [...machine.prefix, ...taskCommand("worker"), url, "--name", `m${i + 1}`];
      stack.use(RunningTask.command(words));
    }
    await coordinator.line(/^Epoch 10\//);
    await proxy.write("silence\n");
    await coordinator.line(/^m1 is late in step/);
    await proxy.write("heal\n");
    await proxy.line(/^Did heal$/);
    await proxy.write("cut\n");
    await coordinator.line(/^m1 is gone/);
    await proxy.write("heal\nslow\n");
    await proxy.line(/^Did slow$/);
    if (disturbs) {
      for (const i of [0, 1, 2, 3]) await bridge.disturb(i, "delay", "3ms", "1ms", "loss", "0.5%");
    } else {
      console.error(
        "*** This kernel has no netem: one link is slow by a program, and packets are lost by pulling plugs for 0.1 s.",
      );
      for (const i of [2, 1, 2]) {
        await bridge.plug(i, "down");
        await pause(FLICKER_MS);
        await bridge.plug(i, "up");
        await pause(2 * FLICKER_MS);
      }
    }
    await bridge.plug(3, "down");
    await coordinator.line(/^m3 is late in step/);
    await pause(PULLED_MS);
    await bridge.plug(3, "up");
    const { code, stdout, stderr } = await coordinator.finished(60_000);
    assertEquals(code, 0, stderr);
    const { parametersSha256, samples, workers }: RunResult = JSON.parse(stdout);
    assertEquals(parametersSha256, await run.hashAlone());
    // Who comes back may have another name, such as "m1 (2)", and find nothing to do.
    const useful = workers.filter(({ samples }) => samples > 0).map(({ name }) => name.slice(0, 2));
    assertEquals([...new Set(useful)].sort(), ["m1", "m2", "m3"], JSON.stringify(workers));
    assertEquals(workers.reduce((sum, { samples }) => sum + samples, 0), samples);
  },
);
