/** What a page sends to change a run of the history. */
import * as v from "valibot";
import { cleanText } from "./text.ts";

/** Letters of a run's name in the history, where people may call it what they like. */
export const RUN_NAME_LENGTH_MAX = 100;

const schema = v.strictObject({ name: v.pipe(v.string(), v.maxLength(1_000)) });

/** A run's new name, fit to be shown. @returns null when the text is no JSON object with a name, or the name is empty. */
export function decodeRunName(text: string): string | null {
  try {
    return cleanText(v.parse(schema, JSON.parse(text)).name, RUN_NAME_LENGTH_MAX) || null;
  } catch {
    return null;
  }
}
