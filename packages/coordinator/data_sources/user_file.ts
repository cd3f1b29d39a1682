/** Files that the user names. */
import { resolve } from "node:path";
import { UserError } from "@tributary/protocol";

/** The folder the user stood in: `deno task` changes the working directory and says in INIT_CWD where it came from. */
export function userFolder(): string {
  return Deno.env.get("INIT_CWD") ?? Deno.cwd();
}

/** The absolute path of `path`, which is relative to the folder the user stood in. */
export function userPath(path: string): string {
  return resolve(userFolder(), path);
}

/**
 * Reads a file; one compressed by gzip is decompressed, whatever it is called.
 *
 * @throws {UserError} if the file cannot be read.
 */
export async function readUserFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const bytes = await Deno.readFile(path);
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? await gunzip(bytes) : bytes;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new UserError(`Cannot read ${path} as it does not exist`, 2);
    }
    throw new UserError(`Cannot read ${path}: ${error instanceof Error ? error.message : error}`, 2);
  }
}

async function gunzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
