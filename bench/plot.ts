/**
 * Draws kept figures as an SVG, one chart per workload: samples per second of us and of the peers on a logarithmic scale, with
 * the 10th and 90th percentile.
 *
 *     deno run -RW bench/plot.ts bench/figures.json bench/steps.svg
 */
import { readFigures } from "./kept_figures.ts";
import type { Row } from "./peers_bench.ts";
import { title } from "./steps_bench.ts";
import { WORKLOADS } from "./workloads.ts";

const WIDTH = 900;
const NAMES = 330;
const PLOT = 460;
const ROW = 20;
const HEADING = 44;

/** Readable on a light and on a dark page. */
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .heading { font-weight: 600; font-size: 13px }
  .scale { fill: #57606a; font-size: 10px }
  .grid { stroke: #d0d7de }
  .peer { fill: #8c959f }
  .ours { fill: #0969da }
  .spread { stroke: #24292f }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .scale { fill: #9198a1 }
    .grid { stroke: #3d444d }
    .peer { fill: #656c76 }
    .ours { fill: #4493f8 }
    .spread { stroke: #e6edf3 }
  }`;

/** Powers of ten around the figures. */
function scale(rows: readonly Row[]): { low: number; high: number; x(value: number): number } {
  const values = rows.flatMap(({ figures }) => [figures.low, figures.high]);
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  return { low, high, x: (value) => NAMES + PLOT * (Math.log10(value) - low) / (high - low) };
}

function chart(heading: string, rows: readonly Row[], top: number): string {
  const { low, high, x } = scale(rows);
  const bottom = top + HEADING + rows.length * ROW;
  const parts = [`<text class="heading" x="10" y="${top + 18}">${escape(heading)}</text>`];
  for (let power = low; power <= high; power++) {
    const at = x(10 ** power).toFixed(1);
    parts.push(
      `<path class="grid" d="M${at} ${top + HEADING - 4}V${bottom}"/>`,
      `<text class="scale" text-anchor="middle" x="${at}" y="${top + HEADING - 8}">${
        (10 ** power).toLocaleString("en-US")
      }</text>`,
    );
  }
  rows.toSorted((a, b) => b.figures.median - a.figures.median).forEach(({ title, isOurs, figures }, i) => {
    const y = top + HEADING + i * ROW;
    const width = (x(figures.median) - NAMES).toFixed(1);
    parts.push(
      `<text text-anchor="end" x="${NAMES - 8}" y="${y + 14}">${escape(title.replaceAll("`", ""))}</text>`,
      `<rect class="${isOurs ? "ours" : "peer"}" x="${NAMES}" y="${y + 3}" width="${width}" height="13"/>`,
      `<path class="spread" d="M${x(figures.low).toFixed(1)} ${y + 9.5}H${x(figures.high).toFixed(1)}"/>`,
      `<text x="${(x(figures.high) + 8).toFixed(1)}" y="${y + 14}">${
        Math.round(figures.median).toLocaleString("en-US")
      }</text>`,
    );
  });
  return parts.join("\n");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

const [from, to] = Deno.args;
if (to === undefined) {
  console.error(
    "Wanted a file of kept figures and one for the picture: deno run -RW bench/plot.ts bench/figures.json bench/steps.svg",
  );
  Deno.exit(2);
}
const figures = await readFigures(from);
const charts: string[] = [];
let top = 0;
for (const workload of Object.values(WORKLOADS)) {
  const rows = figures[workload.name]?.rows;
  if (rows === undefined) continue;
  charts.push(chart(`${title(workload)}, samples/s`, rows, top));
  top += HEADING + rows.length * ROW + 20;
}
await Deno.writeTextFile(
  to,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" role="img">
<title>Training steps in one process on one thread, samples per second</title>
<style>${STYLE}
</style>
${charts.join("\n")}
</svg>
`,
);
