/** When to try again. */
import { LIMITS } from "./limits.ts";

/**
 * Pause before attempt number `attempt` (from 1) in milliseconds: doubles each time up to a bound, and is spread by
 * ±25 % so that peers that lost the same coordinator do not come back in one instant.
 *
 * @param random a number in [0, 1).
 */
export function reconnectPauseMs(attempt: number, random: number): number {
  const doubled = LIMITS.reconnectFirstMs * 2 ** Math.min(attempt - 1, 20);
  return Math.min(LIMITS.reconnectMaxMs, doubled) * (0.75 + 0.5 * random);
}
