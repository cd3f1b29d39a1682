/** In what run descriptions differ. */
import type { RunDescription } from "@tributary/protocol";

/** A field that is not the same in all of them. */
export interface Difference {
  /** Its place, as in the file: "model.layers[0].units". */
  path: string;
  /** As JSON writes it, one for each description; null where it has no such field. */
  values: (string | null)[];
}

/** For people, and nothing that decides bits. */
const NAMES = ["name", "description"];

/** The fields that differ, in the order of the descriptions; names and descriptions are left out. */
export function differencesOf(runs: readonly RunDescription[]): Difference[] {
  const fields = runs.map((run) => {
    const map = new Map<string, string>();
    for (const [name, value] of Object.entries(run)) if (!NAMES.includes(name)) collect(map, name, value);
    return map;
  });
  const paths = new Set(fields.flatMap((map) => [...map.keys()]));
  return [...paths].map((path) => ({ path, values: fields.map((map) => map.get(path) ?? null) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}

/** Objects, and lists of objects, by their parts; a list of numbers is one value. */
function collect(fields: Map<string, string>, path: string, value: unknown): void {
  if (value === undefined) return;
  if (Array.isArray(value) && value.some((item) => typeof item === "object")) {
    value.forEach((item, i) => collect(fields, `${path}[${i}]`, item));
  } else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    for (const [name, part] of Object.entries(value)) collect(fields, `${path}.${name}`, part);
  } else fields.set(path, JSON.stringify(value));
}
