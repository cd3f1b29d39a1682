/** An arm64 Deno on this machine: Debian's `qemu-user` runs it. */
import { join } from "node:path";

/** Deno for Linux on arm64, from npm. */
const PACKAGE = { name: "@deno/linux-arm64-glibc", version: "2.9.5" };
/** It needs glibc and libgcc for arm64 under the root of the file system. */
const DEBIAN = ["qemu-user", "libc6:arm64", "libgcc-s1:arm64"];

/** Deno's cache for everything of arm64, outside of the checkout: the program itself and what it fetches. */
const CACHE = join(
  Deno.env.get("XDG_CACHE_HOME") ?? join(Deno.env.get("HOME") ?? "/tmp", ".cache"),
  "tributary-arm64",
);
const PROGRAM = join(CACHE, "npm/registry.npmjs.org", PACKAGE.name, PACKAGE.version, "deno");

/** The words that start arm64's Deno. */
export const ARM64_DENO: readonly string[] = ["qemu-aarch64", "-L", "/", PROGRAM];
/** The environment that it needs. */
export const ARM64_ENV: Readonly<Record<string, string>> = { DENO_DIR: CACHE, NO_COLOR: "1" };

/** What is missing here, as one sentence that says how to get it; null when arm64's Deno runs. */
export async function whatIsMissing(): Promise<string | null> {
  if (Deno.build.os !== "linux") return "The tests on arm64 need Linux, for its emulator qemu-user.";
  if (Deno.build.arch === "aarch64") {
    return "This machine is of the architecture that `deno task test:arm64` emulates: `deno task test` tests it.";
  }
  const version = await output(ARM64_DENO.concat("--version"));
  if (version?.includes("aarch64")) return null;
  const debian = `dpkg --add-architecture arm64 && apt-get update && apt-get install ${DEBIAN.join(" ")}`;
  const parts = [
    await output(["qemu-aarch64", "--version"]) === null ? "Debian's emulator of arm64" : "",
    await exists("/lib/ld-linux-aarch64.so.1") ? "" : "glibc for arm64",
    await exists(PROGRAM) ? "" : `npm's ${PACKAGE.name}`,
  ].filter((part) => part !== "");
  const missing = parts.length > 0 ? `${parts.join(", ")} is missing` : "an arm64 Deno does not start here";
  return `The tests on arm64 cannot run, as ${missing}: \`deno task test:arm64 --install\` gets what they need ` +
    `(as root; it runs \`${debian}\` and fetches npm:${PACKAGE.name}@${PACKAGE.version} into ${CACHE}).`;
}

/**
 * Gets what is missing. Needs root for Debian's packages.
 *
 * @throws {Error} when a command fails; it has then written why.
 */
export async function install(): Promise<void> {
  await run(["dpkg", "--add-architecture", "arm64"]);
  await run(["apt-get", "update", "-q"]);
  await run(["apt-get", "install", "-y", "-q", "--no-install-recommends", ...DEBIAN]);
  // Deno's own client of npm checks the package's hash and unpacks it into the cache.
  const npm = `npm:${PACKAGE.name}@${PACKAGE.version}`;
  await run([Deno.execPath(), "cache", "--no-config", "--no-lock", npm], { DENO_DIR: CACHE });
}

async function run([program, ...args]: string[], env: Record<string, string> = {}): Promise<void> {
  const { code } = await new Deno.Command(program, { args, env, stdin: "null" }).spawn().status;
  if (code !== 0) throw new Error(`${[program, ...args].join(" ")} ended with code ${code}`);
}

/** Standard output of a command; null where it cannot be run or fails. */
async function output([program, ...args]: readonly string[]): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command(program, { args, stderr: "null" }).output();
    return success ? new TextDecoder().decode(stdout) : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
