/** The ways to join a run, as they are printed and shown on the page. */
import type { JoinLinks } from "@tributary/protocol";
import { isLoopback } from "./addresses.ts";

/** What the links hold. */
export interface JoinLinksOptions {
  /** Addresses of the coordinator, the best first, without a slash at the end. */
  origins: readonly string[];
  /** The token to work. */
  token: string;
  /** Path of the program for Deno. */
  program: string;
}

/** One set of links for each address. */
export function joinLinks({ origins, token, program }: JoinLinksOptions): JoinLinks[] {
  const work = inFragment(token);
  return origins.map((origin) => ({
    checkout: `deno task worker ${origin}/#work=${work}`,
    program: [
      "deno run --no-prompt",
      `--allow-net=${hostAndPort(new URL(origin))}`,
      `${origin}${program}`,
      `--token=${shellWord(token)}`,
    ].join(" "),
    browser: `${origin}/join#work=${work}`,
    onlyHere: isLoopback(new URL(origin).hostname.replace(/^\[|\]$/g, "")),
  }));
}

/** Deno's permission to connect names a port; without one it would allow every port of the host. */
function hostAndPort({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}

/** The token in a link that may stand in a command: no character that means something to a shell. */
function inFragment(token: string): string {
  return encodeURIComponent(token).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A word that a shell reads as it is. */
export function shellWord(text: string): string {
  return /^[\w.,:=+@%/-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
