/** Files to serve, in memory: no request reaches the file system. */
import { UserError } from "@tributary/protocol";

/** A file to serve. */
export interface PageFile {
  contentType: string;
  bytes: Uint8Array<ArrayBuffer>;
}

const CONTENT_TYPES: Record<string, string> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/**
 * Reads the built dashboard.
 *
 * @returns files by request path; "/" is index.html.
 * @throws {UserError} when it was not built.
 */
export async function readPageFiles(folder: URL): Promise<Map<string, PageFile>> {
  const files = await readFolder(folder);
  const page = files.get("/index.html");
  if (page === undefined) {
    throw new UserError("Cannot serve the dashboard as it was not built: run `deno task build`.");
  }
  files.delete("/index.html");
  files.set("/", page);
  return files;
}

/** The files of a folder that a browser knows what to do with, by request path; none where there is no such folder. */
export async function readFolder(folder: URL): Promise<Map<string, PageFile>> {
  const files = new Map<string, PageFile>();
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      const contentType = CONTENT_TYPES[name.slice(name.lastIndexOf(".") + 1)];
      if (!isFile || contentType === undefined) continue;
      const file = { contentType, bytes: await Deno.readFile(new URL(name, folder)) };
      files.set(`/${name}`, file);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return files;
}
