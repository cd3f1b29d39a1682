/** Figures that are kept in a file, for the plot and for a later look. */
import type { Row } from "./peers_bench.ts";

/** The rows of one workload, and when and with what they were measured. */
export interface KeptRows {
  date: string;
  deno: string;
  v8: string;
  rows: readonly Row[];
}

/** Figures by workload. */
export type KeptFigures = Record<string, KeptRows>;

/** Writes the rows of these workloads into the file; the others in it stay. */
export async function keepFigures(path: string, results: Readonly<Record<string, Row[]>>): Promise<void> {
  const { deno, v8 } = Deno.version;
  const date = new Date().toISOString().slice(0, 10);
  const kept = await readFigures(path);
  for (const [name, rows] of Object.entries(results)) kept[name] = { date, deno, v8, rows };
  await Deno.writeTextFile(path, JSON.stringify(kept, null, 2) + "\n");
}

/** What such a file holds; nothing where there is none. */
export async function readFigures(path: string): Promise<KeptFigures> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}
