/** Who may come in: decides by Host, Origin and token. No I/O. */
import { sameToken } from "./tokens.ts";

/** How a coordinator can be reached. */
export interface Doors {
  /** Host names and addresses (without port) under which a request may ask for us. */
  hosts: ReadonlySet<string>;
  /** Whether only this machine can reach us; then looking on and fetching data need no token. */
  loopback: boolean;
  /** Whether we speak TLS; then a page of ours came over TLS. */
  secure?: boolean;
  /** Token to look on. */
  watchToken: string;
  /** Token to look on and to control the run. */
  controlToken: string;
  /** Token to work. */
  workToken: string;
}

/** The parts of a request that decide. */
export interface Visitor {
  host: string | undefined;
  origin: string | undefined;
}

/** Names of this machine for itself. */
export const LOOPBACK_HOSTS: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Whether a request asks for us by one of our names and, if it comes from a page, from a page of ours. Keeps out pages of
 * other sites, also those that have their name point at our address (DNS rebinding). Deno's clients send no Origin.
 */
export function isExpected(doors: Doors, { host, origin }: Visitor): boolean {
  if (host === undefined || /[@/?#\\]/.test(host)) return false;
  const asked = URL.parse(`http://${host}`);
  if (asked === null || !doors.hosts.has(asked.hostname)) return false;
  if (origin === undefined) return true;
  const page = URL.parse(origin);
  if (page === null || !["http:", "https:"].includes(page.protocol)) return false;
  if (doors.secure && page.protocol !== "https:") return false;
  // Behind a proxy that speaks TLS, a page of ours has another scheme than we have, and `Host` may have the port of that one.
  return page.host === URL.parse(`${page.protocol}//${host}`)?.host;
}

/** Whether a page may look on. */
export function mayWatch(doors: Doors, token: string | null): boolean {
  return doors.loopback || mayInvite(doors, token);
}

/**
 * Whether a page is told the ways to join, which hold the token to work. On loopback every user of this machine may look on,
 * but only who has the printed link may invite workers.
 */
export function mayInvite(doors: Doors, token: string | null): boolean {
  return token !== null && (sameToken(token, doors.watchToken) || mayControl(doors, token));
}

/** Whether a page may send commands: also on loopback only who has the link that was printed for it. */
export function mayControl(doors: Doors, token: string | null): boolean {
  return token !== null && sameToken(token, doors.controlToken);
}

/** Whether somebody may read the metrics; `authorization` is the header's text. */
export function mayMeasure(doors: Doors, authorization: string | undefined): boolean {
  if (doors.loopback) return true;
  const isWatcher = [doors.watchToken, doors.controlToken].some((token) =>
    sameToken(authorization ?? "", `Bearer ${token}`)
  );
  return mayFetchData(doors, authorization) || isWatcher;
}

/** Whether somebody may look at earlier runs; `authorization` is the header's text. */
export function mayReadHistory(doors: Doors, authorization: string | undefined): boolean {
  return mayWatch(doors, bearerToken(authorization));
}

/** Whether somebody may rename and delete earlier runs; `authorization` is the header's text. */
export function mayEditHistory(doors: Doors, authorization: string | undefined): boolean {
  return mayControl(doors, bearerToken(authorization));
}

function bearerToken(authorization: string | undefined): string | null {
  return authorization?.startsWith("Bearer ") ? authorization.slice("Bearer ".length) : null;
}

/** Whether somebody may fetch the data set; `authorization` is the header's text. */
export function mayFetchData(doors: Doors, authorization: string | undefined): boolean {
  return doors.loopback || sameToken(authorization ?? "", `Bearer ${doors.workToken}`);
}
