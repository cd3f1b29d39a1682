/** Ctrl-C and its like, as they reach this process. */
import { countPresses } from "@tributary/protocol";

/** Calls `stop` on the first Ctrl-C (or SIGTERM) and `end` on the second. */
export function onInterrupt({ stop, end }: { stop(): void; end(): void }): void {
  const count = countPresses();
  const onSignal = () => count(performance.now()) === 1 ? stop() : end();
  Deno.addSignalListener("SIGINT", onSignal);
  Deno.addSignalListener("SIGTERM", onSignal);
  // The terminal was closed: nobody sees what is said now, but what was learnt is saved.
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGHUP", onSignal);
}
