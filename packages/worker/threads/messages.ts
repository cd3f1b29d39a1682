/** What a worker and its other threads say to each other. */
import type { Arithmetic, CrewInvitation } from "@tributary/core";
import type { KernelsName } from "../kernels_named.ts";

/** To a thread, once. */
export interface ThreadOrder {
  invitation: CrewInvitation;
  kernels: KernelsName;
  arithmetic: Arithmetic;
}

/** From a thread: it listens; then, once it has its order, that it is in place, or cannot be. */
export type ThreadAnswer = { type: "listening" } | { type: "ready" } | { type: "failed"; reason: string };

/** The name of the Web Worker that a thread is. A program that was started under it serves as a thread. */
export const THREAD_NAME = "tributary-thread";
