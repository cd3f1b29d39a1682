/** Opens a page in the person's browser. */
import { UserError } from "@tributary/protocol";

const OPENERS: Partial<Record<typeof Deno.build.os, string[]>> = {
  darwin: ["open"],
  linux: ["xdg-open"],
  windows: ["explorer"],
};

/**
 * Opens a page.
 *
 * @param opener the program that opens pages here, and its arguments before the address.
 * @throws {UserError} when there is no way to open one here.
 */
export async function openBrowser(
  url: string,
  opener: readonly string[] = OPENERS[Deno.build.os] ?? ["xdg-open"],
): Promise<void> {
  const [program, ...args] = opener;
  const failure = (why: string) =>
    new UserError(`Cannot open a browser with ${program} as it ${why}: open ${url} yourself.`);
  const command = new Deno.Command(program, {
    args: [...args, url],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
  let success: boolean;
  try {
    ({ success } = await command.output());
  } catch {
    throw failure("does not run here");
  }
  // Windows' explorer ends with 1 although it has opened the page.
  if (!success && program !== "explorer") throw failure("found none");
}
