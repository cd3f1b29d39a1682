/** A page that looks on: how far it has been told, and whether it is still there. */
import { type ClusterPulse, LIMITS } from "@tributary/protocol";
// @ts-types="@types/ws"
import type { WebSocket } from "ws";
import type { LayersInspected } from "./feed_history.ts";

/** How far a page has been told. */
export interface Watcher {
  readonly socket: WebSocket;
  /** What it showed to be let in. */
  readonly token: string | null;
  events: number;
  steps: number;
  inspected: LayersInspected | null;
  /** Version of the workers' totals. */
  totals: number;
  fromStart: boolean;
  /** The pulse that it was told last. */
  pulse: ClusterPulse | null;
  /** When it was told something last. */
  toldAt: number;
  /** Whether a message of steps is on its way, behind which more will follow. */
  isCatchingUp: boolean;
  /** When it was pinged last, and when it last showed that somebody is there: by an answer, or by reading what was queued. */
  pingedAt: number;
  heardAt: number;
  /** Bytes that were queued when it was last looked at. */
  queued: number;
  /** Times of its commands in the last second. */
  readonly commands: number[];
}

/** A page that was just let in. */
export function newWatcher(socket: WebSocket, token: string | null, now: number): Watcher {
  return {
    socket,
    token,
    events: 0,
    steps: 0,
    inspected: null,
    totals: 0,
    fromStart: true,
    pulse: null,
    toldAt: 0,
    isCatchingUp: false,
    pingedAt: now,
    heardAt: now,
    queued: 0,
    commands: [],
  };
}

/** Lets a page be told everything again. */
export function startAnew(watcher: Watcher): void {
  Object.assign(watcher, { events: 0, steps: 0, inspected: null, totals: 0, fromStart: true });
}

/**
 * Whether a page has given no sign of life for too long. It is pinged for that: what it does not read may lie in the system's
 * buffers, where it cannot be seen.
 */
export function isGone(watcher: Watcher, now: number): boolean {
  const { socket, queued, pingedAt } = watcher;
  if (socket.bufferedAmount < queued) watcher.heardAt = now;
  watcher.queued = socket.bufferedAmount;
  if (now - pingedAt >= LIMITS.pingIntervalMs) {
    watcher.pingedAt = now;
    socket.ping();
  }
  return now - watcher.heardAt > LIMITS.watcherStallMs;
}

/** Notes a command. @returns whether a person can have given so many. */
export function noteCommand({ commands }: Watcher, now: number): boolean {
  while (commands.length > 0 && now - commands[0] >= 1_000) commands.shift();
  return commands.push(now) <= LIMITS.commandsPerSecondMax;
}
