/** The one port: page, data and health over HTTP, workers and watchers over WebSocket. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import "bufferutil";
import { LIMITS, PROTOCOL_VERSION, UserError } from "@tributary/protocol";
// @ts-types="@types/ws"
import { type WebSocket, WebSocketServer } from "ws";
import { type Doors, isExpected, mayFetchData, type Visitor } from "./doors.ts";
import type { PageFile } from "./page_files.ts";

/** What is served. */
export interface ServerOptions {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  doors: Doors;
  files: ReadonlyMap<string, PageFile>;
  /** Data blobs by SHA-256. */
  data: ReadonlyMap<string, Uint8Array>;
  onWorker(socket: WebSocket): void;
  onWatcher(socket: WebSocket): void;
}

/** A listening server. */
export interface RunningServer {
  port: number;
  /** Ends when all sockets have closed, or were made to. */
  close(): Promise<void>;
}

/** Sent with every answer. */
const HEADERS: Record<string, string> = {
  "content-security-policy":
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; frame-ancestors 'none'",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-cache",
};

/**
 * Listens.
 *
 * @throws {UserError} when the port is taken or the address is not this machine's.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const http = createServer((request, response) => answer(options, request, response));
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.frameBytesMax,
    perMessageDeflate: false,
  });
  http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Uint8Array) => {
    socket.on("error", () => socket.destroy());
    const path = pathOf(request);
    const accept = { "/work": options.onWorker, "/watch": options.onWatcher }[path];
    if (!isExpected(options.doors, visitor(request)) || accept === undefined) {
      socket.end(
        `HTTP/1.1 ${accept === undefined ? "404 Not Found" : "403 Forbidden"}\r\nconnection: close\r\n\r\n`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head as never, accept);
  });
  await listen(http, options);
  return {
    port: (http.address() as AddressInfo).port,
    close: async () => {
      await allClosed(sockets.clients);
      await new Promise<void>((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      });
    },
  };
}

/** Lets closing sockets send what they have queued, within a bound. */
async function allClosed(sockets: ReadonlySet<WebSocket>): Promise<void> {
  const deadline = setTimeout(() => sockets.forEach((socket) => socket.terminate()), LIMITS.goodbyeMs);
  await Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once("close", resolve))));
  clearTimeout(deadline);
}

function listen(http: Server, { host, port }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once(
      "error",
      (error: Error & { code?: string }) => reject(new UserError(explain(error, host, port))),
    );
    http.listen(port, host, () => resolve());
  });
}

function explain(error: Error & { code?: string }, host: string, port: number): string {
  const action = `Cannot listen on ${host}:${port}`;
  switch (error.code) {
    case "EADDRINUSE":
      return `${action} as another program does already: use --port with another number, or --port 0 for a free one.`;
    case "EACCES":
      return `${action} as this needs a privilege: use --port with a number from 1024.`;
    case "EADDRNOTAVAIL":
    case "EINVAL": // what Deno makes of EADDRNOTAVAIL
    case "ENOTFOUND":
      return `${action} as this machine has no such address: use --host 0.0.0.0 for all of its addresses.`;
    default:
      return `${action}: ${error.message}.`;
  }
}

function answer(options: ServerOptions, request: IncomingMessage, response: ServerResponse): void {
  const { doors, files, data } = options;
  if (!isExpected(doors, visitor(request))) {
    return send(response, 403, "text/plain", "Forbidden: unknown Host or Origin\n");
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return send(response, 405, "text/plain", "Only GET\n");
  }
  const path = pathOf(request);
  if (path === "/healthz") {
    return send(
      response,
      200,
      "application/json",
      `{"tributary":"coordinator","protocol":${PROTOCOL_VERSION}}\n`,
    );
  }
  const blob = path.startsWith("/data/") ? data.get(path.slice("/data/".length)) : undefined;
  if (blob !== undefined) {
    return mayFetchData(doors, request.headers.authorization)
      ? send(response, 200, "application/octet-stream", blob)
      : send(response, 401, "text/plain", "The data set needs the token to work\n");
  }
  const file = files.get(path);
  if (file !== undefined) return send(response, 200, file.contentType, file.bytes);
  send(response, 404, "text/plain", "Not found\n");
}

function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string | Uint8Array,
): void {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  response.writeHead(status, {
    ...HEADERS,
    "content-type": contentType,
    "content-length": String(bytes.length),
  });
  response.end(bytes);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?")[0];
}

function visitor({ headers }: IncomingMessage): Visitor {
  return { host: headers.host, origin: headers.origin };
}
