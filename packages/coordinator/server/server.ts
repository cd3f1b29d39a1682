/** The one port: page, data, health and metrics over HTTP, workers and watchers over WebSocket; over TLS where wanted. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer, Server as TlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import "bufferutil";
import { LIMITS, UserError } from "@tributary/protocol";
// @ts-types="@types/ws"
import { type WebSocket, WebSocketServer } from "ws";
import type { Certificate } from "./certificate.ts";
import { ConnectionGate } from "./connection_gate.ts";
import { answer, answerTooMany, FORBIDDEN, pathOf, type Site, visitor } from "./answer.ts";
import { isExpected } from "./doors.ts";
import { Flight } from "./flight.ts";

/** What is served, and where. */
export interface ServerOptions extends Site {
  host: string;
  /** 0 lets the system choose. */
  port: number;
  /** With one, everything goes over TLS. */
  certificate?: Certificate | null;
  /** The longest message or frame that a worker may send. */
  workerPayloadBytesMax?: number;
  onWorker(socket: WebSocket, address: string): void;
  onWatcher(socket: WebSocket): void;
}

/** A listening server. */
export interface RunningServer {
  port: number;
  /** Ends when all sockets have closed, or were made to. */
  close(): Promise<void>;
}

/** How long `ws` waits for the other side to close, too; its types do not know the option yet. */
const GOODBYE = { closeTimeout: LIMITS.goodbyeMs };
/**
 * Listens.
 *
 * @throws {UserError} when the port is taken or the address is not this machine's.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const hasTooMany = requestCounter();
  const flight = new Flight();
  let isClosing = false;
  const http = createHttpServer(options, (request, response) => {
    if (hasTooMany(request, response)) return request.socket.destroy();
    if (!gate.ask(request.socket)) return answerTooMany(response);
    answer(options, flight, request, response).catch(() => response.destroy());
  });
  const gate = guard(http);
  const doors: Record<
    string,
    { sockets: WebSocketServer; socketsMax: number; accept(socket: WebSocket, address: string): void }
  > = {
    "/work": {
      sockets: webSockets(options.workerPayloadBytesMax ?? LIMITS.frameBytesMax),
      socketsMax: LIMITS.workSocketsMax,
      accept: (socket, address) => options.onWorker(socket, address),
    },
    "/watch": {
      sockets: webSockets(LIMITS.watchRequestBytesMax),
      socketsMax: LIMITS.watchSocketsMax,
      accept: (socket) => options.onWatcher(socket),
    },
  };
  http.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Uint8Array) => {
    socket.on("error", () => socket.destroy());
    const path = pathOf(request);
    const door = Object.hasOwn(doors, path) ? doors[path] : null;
    // Those that were refused stay for as long as they take to say goodbye: a crowd of them must not take all file descriptors.
    const hasRoom = !isClosing && door !== null && door.sockets.clients.size < door.socketsMax;
    if (door === null) return refuseUpgrade(socket, "404 Not Found", NO_DOOR);
    if (!hasRoom) return refuseUpgrade(socket, "503 Service Unavailable", NO_ROOM, "retry-after: 5\r\n");
    if (!isExpected(options.doors, visitor(request))) {
      return refuseUpgrade(socket, "403 Forbidden", FORBIDDEN);
    }
    const { remoteAddress = "" } = request.socket;
    door.sockets.handleUpgrade(request, socket, head as never, (webSocket) => {
      gate.upgraded(request.socket);
      door.accept(webSocket, remoteAddress);
    });
  });
  await listen(http, options);
  return {
    port: (http.address() as AddressInfo).port,
    close: async () => {
      isClosing = true;
      await allClosed(Object.values(doors).flatMap(({ sockets }) => [...sockets.clients]));
      await flight.end();
      await new Promise<void>((resolve) => {
        // What does not close by itself within the bound goes with the process.
        const deadline = setTimeout(resolve, LIMITS.goodbyeMs);
        http.close(() => {
          clearTimeout(deadline);
          resolve();
        });
        http.closeAllConnections();
      });
    },
  };
}

const NO_DOOR = "Not found: pages look on at /watch, and workers work at /work\n";
const NO_ROOM = "This Tributary coordinator has no room for another connection: try again in some seconds\n";

/** Answers a request for a WebSocket that gets none, in one sentence. */
function refuseUpgrade(socket: Duplex, status: string, sentence: string, headers = ""): void {
  const about = `content-type: text/plain\r\ncontent-length: ${sentence.length}\r\n${headers}`;
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\n${about}\r\n${sentence}`,
    () => socket.destroy(),
  );
}

/** Lets closing sockets send what they have queued, within a bound. */
async function allClosed(sockets: readonly WebSocket[]): Promise<void> {
  const deadline = setTimeout(() => sockets.forEach((socket) => socket.terminate()), LIMITS.goodbyeMs);
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve))));
  clearTimeout(deadline);
}

function createHttpServer(
  { certificate }: ServerOptions,
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
): Server {
  const limits = {
    headersTimeout: LIMITS.httpHeaderTimeoutMs,
    requestTimeout: LIMITS.httpRequestTimeoutMs,
    keepAliveTimeout: LIMITS.httpKeepAliveMs,
    connectionsCheckingInterval: 1_000,
    maxHeaderSize: LIMITS.httpHeaderBytesMax,
  };
  const http = certificate
    ? createTlsServer({ ...limits, ...certificate, minVersion: "TLSv1.2" }, onRequest)
    : createServer(limits, onRequest);
  http.timeout = LIMITS.httpStallMs; // `ws` takes it off its sockets
  return http;
}

function webSockets(maxPayload: number): WebSocketServer {
  return new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false, ...GOODBYE });
}

/** Whether a connection asks on and on, and does not wait for its answers: each would lie in memory until it is read. */
function requestCounter(): (request: IncomingMessage, response: ServerResponse) => boolean {
  const unanswered = new WeakMap<Socket, number>();
  return ({ socket }, response) => {
    const count = (unanswered.get(socket) ?? 0) + 1;
    if (count > LIMITS.httpRequestsAtOnceMax || socket.destroyed) return true;
    unanswered.set(socket, count);
    response.on("close", () => unanswered.set(socket, unanswered.get(socket)! - 1));
    return false;
  };
}

/** Turns away connections that are too many, counts requests, and ends those that do not finish their TLS handshake. */
function guard(http: Server): { upgraded(socket: Socket): void; ask(socket: Socket): boolean } {
  const gate = new ConnectionGate(() => performance.now());
  /** Those in the gate, by their other end: a TLS socket has the same one as the connection below it. */
  const inside = new Map<string, { leave(): void; handshake: ReturnType<typeof setTimeout> | undefined }>();
  const otherEnd = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;
  http.on("connection", (socket: Socket) => {
    const { remoteAddress = "" } = socket;
    if (!gate.enter(remoteAddress)) return socket.destroy();
    const end = otherEnd(socket);
    const handshake = http instanceof TlsServer
      ? setTimeout(() => socket.destroy(), LIMITS.httpHeaderTimeoutMs)
      : undefined;
    const leave = () => {
      clearTimeout(handshake);
      if (inside.delete(end)) gate.leave(remoteAddress);
    };
    inside.set(end, { leave, handshake });
    socket.on("error", () => socket.destroy());
    socket.on("close", leave);
  });
  http.on("secureConnection", (socket: Socket) => clearTimeout(inside.get(otherEnd(socket))?.handshake));
  return {
    upgraded: (socket) => inside.get(otherEnd(socket))?.leave(),
    ask: ({ remoteAddress = "" }) => gate.ask(remoteAddress),
  };
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
