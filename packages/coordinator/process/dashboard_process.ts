/** The process of `deno task dashboard`: serves the page and the history of a folder, with no run going. */
import { CLOSE_REFUSED, encodeMessage, REFUSALS, UserError } from "@tributary/protocol";
import { join } from "node:path";
import { userPath } from "../data_sources/user_file.ts";
import { HISTORY_NAME, openHistoryFile, openHistoryReadOnly, withAdvice } from "../history/history_file.ts";
import { Runs } from "../history/runs.ts";
import { doorsOf, printedOrigins } from "../server/addresses.ts";
import { readCertificate } from "../server/certificate.ts";
import { readPageFiles } from "../server/page_files.ts";
import { startServer } from "../server/server.ts";
import { checkToken } from "../server/tokens.ts";
import { runCommand, type ServerOptions } from "./command_line.ts";
import type { Announcement } from "./coordinator_process.ts";
import { dashboardCommand, DEFAULT_FOLDER } from "./dashboard_command.ts";
import { onInterrupt } from "./interrupts.ts";

const PAGE = new URL("../../dashboard/dist/", import.meta.url);
/** Coordinators write for a few milliseconds. */
const PATIENCE_MS = 1_000;

async function main(): Promise<number> {
  const command = dashboardCommand().parse(Deno.args, { from: "user" });
  const options = command.opts<ServerOptions>();
  const controlToken = Deno.env.get("TRIBUTARY_CONTROL_TOKEN");
  if (controlToken !== undefined) checkToken(controlToken);
  const certificate = await readCertificate(options.cert, options.key);
  const path = join(userPath(command.args[0] ?? DEFAULT_FOLDER), HISTORY_NAME);
  using database = openHistory(path);
  const runs = new Runs(database);
  const interfaces = Deno.networkInterfaces().map(({ address }) => address);
  const doors = doorsOf({ ...options, interfaces, secure: certificate !== null, controlToken });
  const server = await startServer({
    ...options,
    certificate,
    doors,
    files: await readPageFiles(PAGE),
    data: new Map(),
    runs: { runs: () => runs, live: () => null, now: Date.now },
    onWorker: (socket) => {
      socket.on("error", () => socket.terminate());
      socket.send(
        encodeMessage({
          type: "refused",
          code: "no-run",
          reason: `It cannot work here: ${REFUSALS["no-run"].meaning}`,
        }),
      );
      socket.close(CLOSE_REFUSED, "no-run");
    },
    onWatcher: (socket) => {
      socket.on("error", () => socket.terminate());
      socket.close(CLOSE_REFUSED, "no-run");
    },
  });
  const stopped = Promise.withResolvers<void>();
  onInterrupt({ stop: stopped.resolve, end: () => Deno.exit(130) });
  whenInputEnds(stopped.resolve);
  const [origin] = printedOrigins({
    ...options,
    interfaces,
    port: server.port,
    secure: certificate !== null,
  });
  const page = `${origin}/?view=runs#token=${doors.controlToken}`;
  console.error(`History: ${path}`);
  console.error(`Page: ${page}`);
  if (!doors.loopback) {
    console.error(`To look on, without control: ${origin}/?view=runs#token=${doors.watchToken}`);
  }
  console.error("Ctrl-C ends it.");
  console.log(JSON.stringify({ page, port: server.port, token: doors.workToken } satisfies Announcement));
  await stopped.promise;
  await server.close();
  return 0;
}

/** @throws {UserError} when there is nothing to show. */
function openHistory(path: string): ReturnType<typeof openHistoryFile> {
  try {
    Deno.statSync(path);
  } catch {
    throw new UserError(
      `Cannot show the history ${path} as it does not exist: wanted the folder that the folders of runs are in; ` +
        "`deno task train` begins one.",
      2,
    );
  }
  try {
    return openHistoryFile(path, PATIENCE_MS);
  } catch (error) {
    try {
      const database = openHistoryReadOnly(path);
      console.error(
        `The history can only be looked at, as it cannot be written: ${(error as Error).message}.`,
      );
      return database;
    } catch {
      throw new UserError(`Cannot show the history ${path}: ${withAdvice((error as Error).message)}.`);
    }
  }
}

/** The launcher closes the pipe, by asking for the end or by dying. */
async function whenInputEnds(stop: () => void): Promise<void> {
  for await (const _ of Deno.stdin.readable);
  stop();
}

if (import.meta.main) await runCommand(main);
