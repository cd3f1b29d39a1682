/** `deno task build`: the page and the workers' programs, where their sources have changed. */
import { buildDashboard } from "../packages/dashboard/build.ts";
import { buildWorker } from "../packages/worker/build.ts";
import { BuildError } from "./bundle.ts";

try {
  if (await buildDashboard()) console.error("Built the dashboard into packages/dashboard/dist/");
  if (await buildWorker()) console.error("Built the worker into packages/worker/dist/");
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  console.error(error.message);
  Deno.exit(1);
}
