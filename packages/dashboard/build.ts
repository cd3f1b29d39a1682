/**
 * Builds the page into `dist/`: one bundle, one style sheet, the HTML and the icon. Does nothing, and says nothing, when
 * no source has changed since the last build.
 *
 * Needs permission to read the checkout, to write `dist/` and to run `deno`.
 */
import { fileURLToPath } from "node:url";
import uplotStyles from "uplot/dist/uPlot.min.css" with { type: "text" };
import { DIST_FILES, DIST_URL } from "./dist_files.ts";

const HERE = new URL("./", import.meta.url);
const ROOT = new URL("../../", HERE);
/** The bundle holds parts of these packages. */
const SOURCE_FOLDERS = ["packages/core/", "packages/protocol/", "packages/dashboard/"];
const SOURCE_NAME = /\.(tsx?|css|html|svg)$|^deno\.json$/;
const NOT_BUNDLED = /_(test|bench)\.tsx?$/;
/** In `dist/`: hash of the sources that it was built from. */
const STAMP = "sources.sha256";

/** The page could not be built. Its message is a sentence, followed by what the bundler said. */
export class BuildError extends Error {
  /** As of every error. */
  override readonly name = "BuildError";
}

/**
 * Brings `dist/` up to date.
 *
 * @returns whether there was something to do.
 * @throws {BuildError} when the sources do not bundle.
 */
export async function buildDashboard(): Promise<boolean> {
  const hash = await hashSources();
  if (await isBuiltFrom(hash)) return false;
  await Deno.mkdir(DIST_URL, { recursive: true });
  await place("main.js", (path) => bundle(path));
  const styles = await Deno.readTextFile(new URL("styles.css", HERE));
  await place("styles.css", (path) => Deno.writeTextFile(path, `${uplotStyles}\n${styles}`));
  for (const name of ["index.html", "favicon.svg"]) {
    await place(name, (path) => Deno.copyFile(new URL(name, HERE), path));
  }
  await place(STAMP, (path) => Deno.writeTextFile(path, hash));
  return true;
}

async function bundle(path: URL): Promise<void> {
  const { success, stderr } = await new Deno.Command(await denoCommand(), {
    args: [
      "bundle",
      "--quiet",
      "--platform",
      "browser",
      "--minify",
      "--output",
      fileURLToPath(path),
      "main.tsx",
    ],
    cwd: HERE,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return;
  throw new BuildError(
    "Cannot build the dashboard as `deno bundle` failed; it said:\n" +
      new TextDecoder().decode(stderr).trim(),
  );
}

/** This very Deno, or the one on the path where only `--allow-run=deno` was given. */
async function denoCommand(): Promise<string> {
  const { state } = await Deno.permissions.query({ name: "run", command: Deno.execPath() });
  return state === "granted" ? Deno.execPath() : "deno";
}

/** A file appears whole or not at all, also when two builds run at the same time. */
async function place(name: string, write: (path: URL) => Promise<void>): Promise<void> {
  const unfinished = new URL(`${crypto.randomUUID()}.${name}`, DIST_URL);
  try {
    await write(unfinished);
    await Deno.rename(unfinished, new URL(name, DIST_URL));
  } catch (error) {
    await Deno.remove(unfinished).catch(() => {});
    throw error;
  }
}

async function isBuiltFrom(hash: string): Promise<boolean> {
  try {
    await Promise.all(DIST_FILES.map(({ file }) => Deno.stat(new URL(file, DIST_URL))));
    return await Deno.readTextFile(new URL(STAMP, DIST_URL)) === hash;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function hashSources(): Promise<string> {
  const files = [new URL("deno.json", ROOT), new URL("deno.lock", ROOT)];
  for (const folder of SOURCE_FOLDERS) files.push(...await listSources(new URL(folder, ROOT)));
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

if (import.meta.main) {
  try {
    if (await buildDashboard()) console.log("Built the dashboard into packages/dashboard/dist/");
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}
