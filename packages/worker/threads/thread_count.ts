/** How many threads a person wants. */
import { LIMITS } from "@tributary/protocol";

/** A number of threads from what a person wrote, or null. */
export function parseThreadCount(text: string): number | null {
  const count = Number(text);
  return /^\d+$/.test(text) && count >= 1 && count <= LIMITS.threadsMax ? count : null;
}
