/** Files inside npm packages: some data sets come that way. */
import { UserError } from "@tributary/protocol";

/**
 * Reads a file of a package that this member's import map names. Deno fetches the package into its cache the first time.
 *
 * @param packageName the key in the import map, without the slash.
 * @param path inside the package.
 * @throws {UserError} if the package cannot be fetched or read.
 */
export async function readPackageFile(packageName: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    // A specifier that is known only now is fetched only now; a package in the cache resolves to a file.
    await import(`${packageName}/package.json`, { with: { type: "json" } });
    return await Deno.readFile(new URL(import.meta.resolve(`${packageName}/${path}`)));
  } catch (error) {
    throw new UserError(
      `Cannot read ${path} of the npm package ${packageName}, which needs the npm registry the first time: ` +
        `${error instanceof Error ? error.message : error}`,
    );
  }
}
