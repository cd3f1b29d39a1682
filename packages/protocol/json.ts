/**
 * JSON that keeps every number: `JSON.stringify` turns NaN and infinities into null and -0 into 0, so those four travel
 * as the strings "NaN", "Infinity", "-Infinity" and "-0".
 */
import * as v from "valibot";

const BY_NAME = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity, "-0": -0 } as const;

/** `JSON.stringify` with every number kept; `indent` spaces per level, none for one line. */
export function stringify(value: unknown, indent = 0): string {
  return JSON.stringify(value, (_key, item) => {
    if (typeof item !== "number" || (Number.isFinite(item) && !Object.is(item, -0))) return item;
    return Object.is(item, -0) ? "-0" : String(item);
  }, indent);
}

/** Schema of a number written by {@link stringify}. */
export const wireNumber: v.GenericSchema<number | keyof typeof BY_NAME, number> = v.union([
  v.number(),
  v.pipe(v.picklist(["NaN", "Infinity", "-Infinity", "-0"]), v.transform((name) => BY_NAME[name])),
]);
