/**
 * Machines on one bridge, as network namespaces of Linux; needs root. The bridge is in a namespace of its own, so nothing
 * outside of them is touched. Two machines on one wire: network.ts.
 */
import { canMakeNamespaces, type Machine } from "./network.ts";

/** Namespaces that can reach each other and nothing else. They go with their scope. */
export class Bridge implements AsyncDisposable {
  readonly machines: readonly Machine[];
  readonly #names: readonly string[];
  readonly #hub: string;

  private constructor(hub: string, names: readonly string[]) {
    this.#hub = hub;
    this.#names = names;
    this.machines = names.map((name, i) => ({
      address: `10.78.0.${i + 1}`,
      prefix: ["ip", "netns", "exec", name],
    }));
  }

  static async make(machines: number): Promise<Bridge> {
    const id = crypto.randomUUID().slice(0, 6);
    const hub = `trib-${id}-hub`;
    const bridge = new Bridge(hub, Array.from({ length: machines }, (_, i) => `trib-${id}-${i}`));
    try {
      await run("ip", "netns", "add", hub);
      await run("ip", "-n", hub, "link", "add", "bridge", "type", "bridge");
      await run("ip", "-n", hub, "link", "set", "bridge", "up");
      for (const [i, name] of bridge.#names.entries()) {
        await run("ip", "netns", "add", name);
        const peer = ["peer", "name", "eth0", "netns", name];
        await run("ip", "-n", hub, "link", "add", `port${i}`, "type", "veth", ...peer);
        await run("ip", "-n", hub, "link", "set", `port${i}`, "master", "bridge", "up");
        await run("ip", "-n", name, "link", "set", "lo", "up");
        await run("ip", "-n", name, "addr", "add", `${bridge.machines[i].address}/24`, "dev", "eth0");
        await run("ip", "-n", name, "link", "set", "eth0", "up");
      }
    } catch (error) {
      await bridge[Symbol.asyncDispose]();
      throw error;
    }
    return bridge;
  }

  /** Everything that a machine sends is delayed and lost as `tc netem` describes it: "delay", "5ms", "loss", "1%". */
  async disturb(machine: number, ...netem: string[]): Promise<void> {
    await run("tc", "-n", this.#names[machine], "qdisc", "replace", "dev", "eth0", "root", "netem", ...netem);
  }

  /** Pulls a machine's plug at the bridge, or puts it in again: neither side is told. */
  async plug(machine: number, state: "up" | "down"): Promise<void> {
    await run("ip", "-n", this.#hub, "link", "set", `port${machine}`, state);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of [this.#hub, ...this.#names]) await run("ip", "netns", "del", name).catch(() => {});
  }
}

/** Registers a test that needs so many machines. */
export function bridgeTest(name: string, machines: number, fn: (bridge: Bridge) => Promise<void>): void {
  const isMissing = !canMakeNamespaces();
  if (isMissing) {
    console.error(`\n*** NOT TESTED, as network namespaces need Linux, root and the command ip: ${name}\n`);
  }
  Deno.test({
    name,
    ignore: isMissing,
    async fn() {
      await using bridge = await Bridge.make(machines);
      await fn(bridge);
    },
  });
}

/** Whether `tc netem` works here; it is a module of the kernel. */
export async function canDisturb(bridge: Bridge): Promise<boolean> {
  try {
    await bridge.disturb(0, "delay", "0ms");
    return true;
  } catch {
    return false;
  }
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args }).output();
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
