/** A table in a CSV file; `csvDataSet()` of core documents what it may look like. */
import { basename } from "node:path";
import { csvDataSet, type DataSet } from "@tributary/core";
import { UserError } from "@tributary/protocol";
import { readUserFile } from "./user_file.ts";

/**
 * Reads a data set from a CSV file in UTF-8, which may be compressed by gzip.
 *
 * @param path absolute.
 * @throws {UserError} if the file cannot be read, or is not text.
 * @throws {SyntaxError | RangeError} if the table is not as it should be; the sentence names line and column.
 */
export async function loadCsvFile(path: string): Promise<DataSet> {
  const bytes = await readUserFile(path);
  return { ...csvDataSet(decode(bytes, path), path), name: `csv:${basename(path)}` };
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UserError(
      `Cannot read ${path} as it must be text in UTF-8: save it so, or is it another kind of file?`,
      2,
    );
  }
}
