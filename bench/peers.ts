/** Peers as child processes that measure one slice for each line they read, so that they and we can be measured in turn. */
import { fileURLToPath } from "node:url";

/** A peer that waits for its turn. */
export interface Peer {
  title: string;
  /** Runs one slice. @returns samples per second. */
  slice(): Promise<number>;
  stop(): Promise<void>;
}

/** What Python has; a version, or null where it is missing. */
export interface Installed {
  torch: string | null;
  numpy: string | null;
}

/** Version of an npm package in a folder, or null where it is missing. */
export async function packageVersion(folder: string, name: string): Promise<string | null> {
  try {
    return JSON.parse(await Deno.readTextFile(`${folder}/node_modules/${name}/package.json`)).version;
  } catch {
    return null;
  }
}

/** Asks a Python for the versions of the peers. */
export async function installedPeers(python: string): Promise<Installed> {
  const version = async (module: string): Promise<string | null> => {
    try {
      const command = new Deno.Command(python, {
        args: ["-c", `import ${module}; print(${module}.__version__)`],
        stderr: "null",
      });
      const { success, stdout } = await command.output();
      return success ? new TextDecoder().decode(stdout).trim() : null;
    } catch {
      return null;
    }
  };
  return { torch: await version("torch"), numpy: await version("numpy") };
}

/** A script of `bench/peers/` and what runs it. */
export interface PeerScript {
  command: string;
  script: string;
  args: readonly string[];
}

/** Starts a peer and waits until it is warm. */
export async function startPeer(title: string, { command, script, args }: PeerScript): Promise<Peer> {
  const path = fileURLToPath(new URL(`./peers/${script}`, import.meta.url));
  const child = new Deno.Command(command, {
    args: [...script.endsWith(".py") ? ["-B"] : [], path, ...args],
    env: { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const input = child.stdin.getWriter();
  const output = lines(child.stdout);
  const line = async (): Promise<string> => {
    const { value, done } = await output.next();
    if (done) throw new Error(`Cannot measure ${title} as its process ended`);
    return value;
  };
  await line();
  return {
    title,
    slice: async () => {
      await input.write(new TextEncoder().encode("go\n"));
      return Number(await line());
    },
    stop: async () => {
      await input.close();
      await child.status;
    },
  };
}

async function* lines(stream: ReadableStream<BufferSource>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
}
