/**
 * Builds the page into `dist/`: one bundle, one more for each view that needs much, one style sheet, the HTML and the icon. Does nothing when no source has changed
 * since the last build.
 *
 * Needs permission to read the checkout, to write `dist/` and to run `deno`.
 */
import uplotStyles from "uplot/dist/uPlot.min.css" with { type: "text" };
import { buildDist, bundle } from "../../tools/bundle.ts";
import { DIST_URL } from "./dist_files.ts";

/** The folders whose styles make the style sheet, in this order. */
const STYLED = [
  "page",
  "control",
  "charts",
  "overview",
  "cluster",
  "network",
  "predictions",
  "runs",
  "functions",
  "lessons",
];
const HERE = new URL("./", import.meta.url);

/**
 * Brings `dist/` up to date.
 *
 * @returns whether there was something to do.
 * @throws {BuildError} when the sources do not bundle.
 */
export function buildDashboard(): Promise<boolean> {
  const copy = (name: string) => (path: URL) => Deno.copyFile(new URL(name, HERE), path);
  return buildDist({
    folder: DIST_URL,
    sources: ["packages/core/", "packages/protocol/", "packages/dashboard/"],
    files: {
      "main.js": (path) => bundle(path, { entry: new URL("main.tsx", HERE), platform: "browser" }),
      "predictor.js": (path) =>
        bundle(path, { entry: new URL("predictions/predictor_worker.ts", HERE), platform: "browser" }),
      "approximation.js": (path) =>
        bundle(path, { entry: new URL("functions/approximation_worker.ts", HERE), platform: "browser" }),
      "styles.css": async (path) => {
        const styles = STYLED.map((folder) => Deno.readTextFile(new URL(`${folder}/styles.css`, HERE)));
        await Deno.writeTextFile(path, [uplotStyles, ...await Promise.all(styles)].join("\n"));
      },
      "index.html": copy("index.html"),
      "favicon.svg": copy("favicon.svg"),
    },
  });
}
