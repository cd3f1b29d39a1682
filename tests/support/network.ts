/** Two machines on one wire, as network namespaces of Linux; needs root. Nothing outside of them is touched. */

/** A namespace's address, and how to start a program in it. */
export interface Machine {
  address: string;
  /** What stands before a command. */
  prefix: string[];
}

/** Two namespaces that can reach each other and nothing else. They go with their scope. */
export class Wire implements AsyncDisposable {
  readonly machines: readonly [Machine, Machine];
  readonly #names: readonly [string, string];

  private constructor(names: readonly [string, string]) {
    this.#names = names;
    const machine = (i: number) => ({
      address: `10.77.0.${i + 1}`,
      prefix: ["ip", "netns", "exec", names[i]],
    });
    this.machines = [machine(0), machine(1)];
  }

  static async make(): Promise<Wire> {
    const id = crypto.randomUUID().slice(0, 6);
    const names = [`trib-${id}a`, `trib-${id}b`] as const;
    const wire = new Wire(names);
    try {
      for (const name of names) await ip("netns", "add", name);
      await ip(
        "-n",
        names[0],
        "link",
        "add",
        "veth",
        "type",
        "veth",
        "peer",
        "name",
        "veth",
        "netns",
        names[1],
      );
      for (const [i, name] of names.entries()) {
        await ip("-n", name, "link", "set", "lo", "up");
        await ip("-n", name, "addr", "add", `${wire.machines[i].address}/24`, "dev", "veth");
        await ip("-n", name, "link", "set", "veth", "up");
      }
    } catch (error) {
      await wire[Symbol.asyncDispose]();
      throw error;
    }
    return wire;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#names) await ip("netns", "del", name).catch(() => {});
  }
}

/** Registers a test that needs two machines. */
export function wireTest(name: string, fn: (wire: Wire) => Promise<void>): void {
  const isMissing = !canMakeNamespaces();
  if (isMissing) {
    console.error(`\n*** NOT TESTED, as network namespaces need Linux, root and the command ip: ${name}\n`);
  }
  Deno.test({
    name,
    ignore: isMissing,
    async fn() {
      await using wire = await Wire.make();
      await fn(wire);
    },
  });
}

/** Tries it: a container may have root without the right to do so. */
export function canMakeNamespaces(): boolean {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  const name = `trib-${crypto.randomUUID().slice(0, 6)}`;
  try {
    const run = (action: string) => new Deno.Command("ip", { args: ["netns", action, name] }).outputSync();
    if (!run("add").success) return false;
    return run("del").success;
  } catch {
    return false;
  }
}

async function ip(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("ip", { args }).output();
  if (!success) throw new Error(`ip ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
