/** How many connections and requests may come, and from where. No I/O; time comes from outside. */
import { LIMITS } from "@tributary/protocol";

/** Fills with time and is emptied by events. */
interface Bucket {
  tokens: number;
  at: number;
}

/** What is known of an address: a bucket of connections, and one of requests. */
interface Visits extends Bucket {
  requests: Bucket;
  /** Connections that are open and no WebSocket. */
  open: number;
}

/** More addresses than this are never remembered when they could be forgotten. */
const ADDRESSES_MAX = 10_000;

/** Counts connections and requests by address. A flood from one address leaves the others alone. */
export class ConnectionGate {
  readonly #visits = new Map<string, Visits>();
  readonly #all: Bucket & { open: number };
  readonly #now: () => number;

  /** @param now milliseconds of a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
    this.#all = { tokens: LIMITS.connectionBurstInAll, at: now(), open: 0 };
  }

  /** Connections that are open and no WebSocket. */
  get open(): number {
    return this.#all.open;
  }

  /** Addresses that are remembered. */
  get addresses(): number {
    return this.#visits.size;
  }

  /** A connection has come. @returns whether it may stay; then `leave()` must follow once. */
  enter(address: string): boolean {
    const now = this.#now();
    const visits = this.#visitsOf(networkOf(address), now);
    if (visits.open >= LIMITS.httpConnectionsPerAddressMax || this.#all.open >= LIMITS.httpConnectionsMax) {
      return false;
    }
    // Who has come too often must not use up what is left for the others.
    if (!take(visits, now, LIMITS.connectionBurst, LIMITS.connectionsPerSecond)) return false;
    if (!take(this.#all, now, LIMITS.connectionBurstInAll, LIMITS.connectionsPerSecondInAll)) return false;
    visits.open++;
    this.#all.open++;
    return true;
  }

  /** A connection has closed, or is a WebSocket from now on, whose numbers others bound. */
  leave(address: string): void {
    this.#all.open--;
    const visits = this.#visits.get(networkOf(address));
    if (visits !== undefined) visits.open--;
  }

  /** Somebody asks over a connection that was let in. @returns whether to answer. */
  ask(address: string): boolean {
    const now = this.#now();
    const { requests } = this.#visitsOf(networkOf(address), now);
    return take(requests, now, LIMITS.requestBurst, LIMITS.requestsPerSecond);
  }

  #visitsOf(network: string, now: number): Visits {
    let visits = this.#visits.get(network);
    if (visits !== undefined) return visits;
    if (this.#visits.size >= ADDRESSES_MAX) this.#forget(now);
    const requests = { tokens: LIMITS.requestBurst, at: now };
    visits = { tokens: LIMITS.connectionBurst, at: now, open: 0, requests };
    this.#visits.set(network, visits);
    return visits;
  }

  /** Forgets the addresses that would be treated like new ones; if there are none, the oldest idle ones. */
  #forget(now: number): void {
    const fullMs = 1_000 *
      Math.max(
        LIMITS.connectionBurst / LIMITS.connectionsPerSecond,
        LIMITS.requestBurst / LIMITS.requestsPerSecond,
      );
    const idle = [...this.#visits].filter(([, { open }]) => open === 0);
    const settled = idle.filter(([, { at, requests }]) => now - Math.max(at, requests.at) > fullMs);
    for (const [network] of settled.length > 0 ? settled : idle.slice(0, ADDRESSES_MAX / 2)) {
      this.#visits.delete(network);
    }
  }
}

function take(bucket: Bucket, now: number, burst: number, perSecond: number): boolean {
  bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / 1_000 * perSecond);
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens--;
  return true;
}

/** An IPv4 address, or the first half of an IPv6 one: one machine has all of the other half. */
export function networkOf(address: string): string {
  if (address.startsWith("::ffff:") && address.includes(".")) return address.slice("::ffff:".length);
  if (!address.includes(":")) return address;
  const [head, tail] = address.split("%")[0].split("::");
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  return [...first, ...new Array<string>(Math.max(0, zeros)).fill("0"), ...last].slice(0, 4).join(":");
}
