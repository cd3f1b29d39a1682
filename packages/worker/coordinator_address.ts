/** Where a coordinator is, as the link that it prints says. */
import { UserError } from "@tributary/protocol";

/** The parts of a link to join a run. */
export interface CoordinatorAddress {
  /** Such as "http://192.168.1.5:8080", without a slash at the end. */
  origin: string;
  /** Address of the workers' WebSocket. */
  socket: string;
  /** From the link's fragment, or null. */
  token: string | null;
}

/**
 * Reads a link such as `http://192.168.1.5:8080/#work=TOKEN`; the scheme may be left out.
 *
 * @throws {UserError} when it is no such link.
 */
export function parseCoordinatorAddress(link: string): CoordinatorAddress {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(link) ? link : `http://${link}`;
  const url = URL.parse(withScheme);
  const scheme = url === null ? undefined : { "http:": "ws:", "https:": "wss:" }[url.protocol];
  if (url === null || scheme === undefined || url.hostname === "") {
    throw new UserError(
      `Cannot join a run as ${JSON.stringify(link)} is no address of a coordinator: wanted one like ` +
        `http://192.168.1.5:8080, as the coordinator prints it.`,
      2,
    );
  }
  return {
    origin: url.origin,
    socket: `${scheme}//${url.host}/work`,
    token: new URLSearchParams(url.hash.slice(1)).get("work"),
  };
}
