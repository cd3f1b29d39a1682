/**
 * Writes kept figures as a Markdown table per workload, with the ratios of ours to theirs.
 *
 *     deno run -R bench/table.ts bench/figures.json
 */
import { readFigures } from "./kept_figures.ts";
import { title } from "./steps_bench.ts";
import { WORKLOADS } from "./workloads.ts";

const [from] = Deno.args;
if (from === undefined) {
  console.error("Wanted a file of kept figures: deno run -R bench/table.ts bench/figures.json");
  Deno.exit(2);
}
const figures = await readFigures(from);
const number = (x: number) => x.toLocaleString("en-US", { maximumFractionDigits: x < 100 ? 1 : 0 });
for (const workload of Object.values(WORKLOADS)) {
  const kept = figures[workload.name];
  if (kept === undefined) continue;
  const ours = kept.rows.filter(({ isOurs }) => isOurs);
  const head = [title(workload), "samples/s", ...ours.map(({ title }) => title.replace("Tributary, ", ""))];
  console.log(`| ${head.join(" | ")} |\n|${" --- |".repeat(head.length)}`);
  for (const { title, isOurs, figures } of kept.rows) {
    const { median, low, high } = figures;
    const ratios = ours.map((mine) => isOurs ? "" : `x ${(mine.figures.median / median).toFixed(2)}`);
    const name = isOurs ? `**${title}**` : title;
    console.log(
      `| ${name} | ${number(median)} (${number(low)} to ${number(high)}) | ${ratios.join(" | ")} |`,
    );
  }
  console.log();
}
