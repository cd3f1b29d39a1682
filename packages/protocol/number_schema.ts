/** A schema for a number by one of core's rules, with the rule's words. */
import type { Rule } from "@tributary/core";
import * as v from "valibot";

/** A number that the rule allows. */
export function numberSchema({ allows, wanted }: Rule): v.GenericSchema<number> {
  return v.pipe(
    v.number(),
    v.check((x: number) => allows(x), ({ received }) => `wanted ${wanted}, got ${received}`),
  );
}
