/** Opens a page in the person's browser. */
import { UserError } from "@tributary/protocol";

const OPENERS: Partial<Record<typeof Deno.build.os, string[]>> = {
  darwin: ["open"],
  linux: ["xdg-open"],
  windows: ["explorer"],
};

/** @throws {UserError} when there is no way to open one here. */
export async function openBrowser(url: string): Promise<void> {
  const [program, ...args] = OPENERS[Deno.build.os] ?? ["xdg-open"];
  try {
    await new Deno.Command(program, { args: [...args, url], stdin: "null", stdout: "null", stderr: "null" })
      .output();
  } catch {
    throw new UserError(
      `Cannot open a browser with ${program} as it does not run here: open ${url} yourself.`,
    );
  }
}
