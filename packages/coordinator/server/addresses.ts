/** The addresses under which a coordinator can be reached, and the links that it prints. */
import { type Doors, LOOPBACK_HOSTS } from "./doors.ts";
import { newToken } from "./tokens.ts";

/** What decides the addresses. */
export interface AddressOptions {
  host: string;
  publicUrl?: string;
  /** Addresses of this machine's interfaces. */
  interfaces: readonly string[];
}

/** Whether only this machine can connect to a server that listens on `host`. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/** Host names, as they stand in a Host header, that requests may ask for. */
export function expectedHosts({ host, publicUrl, interfaces }: AddressOptions): Set<string> {
  const hosts = new Set([...LOOPBACK_HOSTS, inUrl(host)]);
  if (isAny(host)) interfaces.forEach((address) => hosts.add(inUrl(address)));
  const publicHost = publicUrl && URL.parse(publicUrl)?.hostname;
  if (publicHost) hosts.add(publicHost);
  return hosts;
}

/** The doors of a server at these addresses; tokens that nobody chose are new ones. */
export function doorsOf(
  options: AddressOptions & { secure: boolean; controlToken?: string; workToken?: string },
): Doors {
  const { host, publicUrl, secure, controlToken = newToken(), workToken = newToken() } = options;
  return {
    hosts: expectedHosts(options),
    loopback: isLoopback(host) && publicUrl === undefined,
    secure,
    watchToken: newToken(),
    controlToken,
    workToken,
  };
}

/** Addresses to print, the best first: without a slash at the end. */
export function printedOrigins(options: AddressOptions & { port: number; secure?: boolean }): string[] {
  const { host, publicUrl, interfaces, port } = options;
  const scheme = options.secure ? "https" : "http";
  if (publicUrl) return [new URL(publicUrl).origin];
  if (!isAny(host)) return [`${scheme}://${inUrl(host)}:${port}`];
  const reachable = interfaces.filter((address) => !isLoopback(address) && !address.startsWith("fe80:"));
  return [...reachable, "127.0.0.1"].map((address) => `${scheme}://${inUrl(address)}:${port}`);
}

function isAny(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

function inUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
