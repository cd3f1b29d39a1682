/** What is served to workers that have no checkout: the program for Deno, and the page that joins from a browser. */
import { sha256Hex, UserError } from "@tributary/protocol";
import { type PageFile, readFolder } from "./page_files.ts";

/** The files, and where the program is among them. */
export interface WorkerFiles {
  /** By request path. */
  files: Map<string, PageFile>;
  /** Such as "/w/<sha256>/worker.js". */
  program: string;
}

/**
 * Reads the built worker.
 *
 * The program's path holds its own hash, since Deno keeps a program by its address for ever; `/w` names that path.
 *
 * @throws {UserError} when it was not built.
 */
export async function readWorkerFiles(folder: URL): Promise<WorkerFiles> {
  const files = await readFolder(folder);
  const program = files.get("/worker.js"), page = files.get("/join.html");
  if (program === undefined || page === undefined) {
    throw new UserError("Cannot serve the workers' programs as they were not built: run `deno task build`.");
  }
  const path = `/w/${await sha256Hex(program.bytes)}/worker.js`;
  files.delete("/worker.js");
  files.delete("/join.html");
  files.set(path, program);
  files.set("/join", page);
  const index = new TextEncoder().encode(`{"program":"${path}"}\n`);
  files.set("/w", { contentType: "application/json", bytes: index });
  return { files, program: path };
}
