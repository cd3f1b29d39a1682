/**
 * Builds a package's `dist/` folder from sources, by `deno bundle`. Does nothing when no source has changed since the last
 * build. For the packages' `build.ts`; no program imports it.
 */
import { fileURLToPath } from "node:url";

const ROOT = new URL("../", import.meta.url);
/** Whatever is built depends on these. */
const ALWAYS = ["deno.json", "deno.lock", "tools/bundle.ts"];
const SOURCE_NAME = /\.(tsx?|css|html|svg)$|^deno\.json$/;
const NOT_BUNDLED = /_(test|bench)\.tsx?$/;
/** In `dist/`: hash of the sources that it was built from. */
const STAMP = "sources.sha256";

/** A file could not be built. Its message is a sentence, followed by what the bundler said. */
export class BuildError extends Error {
  /** As of every error. */
  override readonly name = "BuildError";
}

/** What is to be built. */
export interface Dist {
  /** The folder, with a slash at the end. */
  folder: URL;
  /** Folders whose sources it holds parts of, from the root, with a slash at the end. */
  sources: readonly string[];
  /** Its files by name, and how each is written to a path. */
  files: Record<string, (path: URL) => Promise<unknown>>;
}

/**
 * Brings a folder up to date.
 *
 * @returns whether there was something to do.
 * @throws {BuildError} when the sources do not bundle.
 */
export async function buildDist({ folder, sources, files }: Dist): Promise<boolean> {
  const hash = await hashSources(sources);
  if (await isBuiltFrom(hash, folder, Object.keys(files))) return false;
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, write] of Object.entries(files)) await place(folder, name, write);
  await place(folder, STAMP, (path) => Deno.writeTextFile(path, hash));
  return true;
}

/** One file from `entry` and all that it imports. */
export interface BundleOptions {
  entry: URL;
  platform: "browser" | "deno";
}

/**
 * Writes a bundle to `path`. It is minified, which also takes out the paths of this machine: the same sources give the same
 * bytes everywhere.
 *
 * @throws {BuildError} when the sources do not bundle.
 */
export async function bundle(path: URL, { entry, platform }: BundleOptions): Promise<void> {
  const { success, stderr } = await new Deno.Command(await denoCommand(), {
    args: [
      "bundle",
      "--quiet",
      "--platform",
      platform,
      "--minify",
      "--output",
      fileURLToPath(path),
      fileURLToPath(entry),
    ],
    cwd: new URL("./", entry),
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim();
  throw new BuildError(`Cannot build ${fileURLToPath(entry)} as \`deno bundle\` failed; it said:\n${said}`);
}

/** This very Deno, or the one on the path where only `--allow-run=deno` was given. */
async function denoCommand(): Promise<string> {
  const { state } = await Deno.permissions.query({ name: "run", command: Deno.execPath() });
  return state === "granted" ? Deno.execPath() : "deno";
}

/** A file appears whole or not at all, also when two builds run at the same time. */
async function place(folder: URL, name: string, write: (path: URL) => Promise<unknown>): Promise<void> {
  const unfinished = new URL(`${crypto.randomUUID()}.${name}`, folder);
  try {
    await write(unfinished);
    await Deno.rename(unfinished, new URL(name, folder));
  } catch (error) {
    await Deno.remove(unfinished).catch(() => {});
    throw error;
  }
}

async function isBuiltFrom(hash: string, folder: URL, names: readonly string[]): Promise<boolean> {
  try {
    await Promise.all(names.map((name) => Deno.stat(new URL(name, folder))));
    return await Deno.readTextFile(new URL(STAMP, folder)) === hash;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function hashSources(folders: readonly string[]): Promise<string> {
  const files = ALWAYS.map((name) => new URL(name, ROOT));
  for (const folder of folders) files.push(...await listSources(new URL(folder, ROOT)));
  const contents = await Promise.all(files.map(async (file) => `${file}\n${await Deno.readTextFile(file)}`));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(contents.join("\0")));
  return new Uint8Array(digest).toHex();
}

async function listSources(folder: URL): Promise<URL[]> {
  const files: URL[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory && name !== "dist") files.push(...await listSources(new URL(`${name}/`, folder)));
    else if (SOURCE_NAME.test(name) && !NOT_BUNDLED.test(name)) files.push(new URL(name, folder));
  }
  return files.sort((a, b) => a.href < b.href ? -1 : 1);
}
