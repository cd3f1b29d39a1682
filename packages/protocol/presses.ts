/** Ctrl-C: once to stop cleanly, twice to end at once. */

/**
 * A signal as it reaches a process is not always a key press: in a terminal, `deno task` passes Ctrl-C on although the
 * terminal has already sent it to everybody. Two within this time are one.
 */
const SAME_PRESS_MS = 100;

/** Tells presses apart by the times at which signals arrive: gives the number of presses so far. */
export function countPresses(): (at: number) => number {
  let presses = 0;
  let last = -Infinity;
  return (at) => {
    if (at - last > SAME_PRESS_MS) presses++;
    last = at;
    return presses;
  };
}
