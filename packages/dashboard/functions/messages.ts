/** What the page and its worker say to each other about an approximation. */
import type { ApproximationEvent } from "@tributary/core";

/** What is to be approximated, and how; null leaves it to the number of variables. */
export interface Choice {
  formula: string;
  /** Each variable goes from here ... */
  from: number;
  /** ... to here. */
  to: number;
  /** Bumps of the network that is set by hand, or towers along each variable. */
  pieces: number | null;
  /** Hidden neurons of the network that learns. */
  hidden: number | null;
}

/** Page to worker: each is answered once. `start` ends what was going on. */
export type ApproximationRequest = { type: "start"; id: number; choice: Choice } | {
  type: "next";
  id: number;
};

/** Worker to page. After `done` or `mistake`, which is a sentence, nothing more comes of that `id`. */
export type ApproximationAnswer =
  & { id: number }
  & ({ type: "event"; event: ApproximationEvent } | { type: "done" } | { type: "mistake"; reason: string });
