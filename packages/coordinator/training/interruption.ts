/** Why the training loop left a round before its end. */
import type { Moment } from "./history.ts";

/** What a round's `finished` rejects with. */
export type Interruption =
  | { kind: "stopped" }
  /** A wrong answer was applied: go back. */
  | { kind: "rollback"; to: Moment }
  /** A wrong answer came into an evaluation: do it again. */
  | { kind: "again" }
  | { kind: "diverged"; reason: string };
