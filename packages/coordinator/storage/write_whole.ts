/** Files that appear whole or not at all, also when the process is killed or the power fails. */
import { stringify } from "@tributary/protocol";

/** Writes a file aside, and puts it in its place once the disk has it. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}${DRAFT}`;
  using file = await Deno.open(draft, { write: true, create: true, truncate: true });
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
  await file.sync();
  await Deno.rename(draft, path);
}

/** What the name of a file that is not whole ends with. */
export const DRAFT = ".new";

/** A value as the bytes of a JSON file for people and programs. */
export function encodeJson(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${stringify(value, 2)}\n`);
}
