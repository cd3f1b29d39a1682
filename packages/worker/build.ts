/**
 * Builds what the coordinator serves to workers without a checkout into `dist/`: the program for Deno as one file, and the
 * page that joins from a browser with its Web Worker. Does nothing when no source has changed since the last build.
 *
 * Needs permission to read the checkout, to write `dist/` and to run `deno`.
 */
import { buildDist, bundle } from "../../tools/bundle.ts";

const HERE = new URL("./", import.meta.url);
const BROWSER = new URL("./browser/", HERE);

/** The folder that they are built into. */
export const WORKER_DIST_URL: URL = new URL("./dist/", HERE);

/**
 * Brings `dist/` up to date.
 *
 * @returns whether there was something to do.
 * @throws {BuildError} when the sources do not bundle.
 */
export function buildWorker(): Promise<boolean> {
  return buildDist({
    folder: WORKER_DIST_URL,
    sources: ["packages/core/", "packages/protocol/", "packages/worker/"],
    files: {
      "worker.js": (path) => bundle(path, { entry: new URL("served_main.ts", HERE), platform: "deno" }),
      "join.html": (path) => Deno.copyFile(new URL("join.html", BROWSER), path),
      "join.css": (path) => Deno.copyFile(new URL("join.css", BROWSER), path),
      "join.js": (path) => bundle(path, { entry: new URL("page.ts", BROWSER), platform: "browser" }),
      "join_worker.js": (path) =>
        bundle(path, { entry: new URL("web_worker.ts", BROWSER), platform: "browser" }),
    },
  });
}
