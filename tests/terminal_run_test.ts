/** A run in a terminal: `script` of util-linux gives it one. Other tests have none, as a pipe has none. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { ROOT } from "./support/processes.ts";
import { SmallRun } from "./support/small_run.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const COLUMNS = 60;
/** What empties the line from the cursor on. */
const CLEAR_LINE = "\x1b[K";

/** Whether there is a `script` that takes a command. */
function hasScript(): boolean {
  try {
    const { stdout } = new Deno.Command("script", { args: ["--version"], stderr: "null" }).outputSync();
    return new TextDecoder().decode(stdout).includes("util-linux");
  } catch {
    return false;
  }
}

Deno.test({
  name: "in a terminal of 60 columns one progress line is written over in place and never wraps",
  ignore: !hasScript(), // nothing else here can make a terminal
  async fn() {
    await using run = await SmallRun.make({ epochs: 60 });
    const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
    const train = tasks.train.command.replace(/^deno/, Deno.execPath());
    const command = `stty cols ${COLUMNS} rows 20; ${train} ${run.path} --port 0 --workers 2`;
    const { code, stdout } = await new Deno.Command("script", {
      args: ["--quiet", "--return", "--command", command, "/dev/null"],
      cwd: ROOT,
      env: { NO_COLOR: "1", INIT_CWD: ROOT },
      stdin: "null",
    }).output();
    const text = new TextDecoder().decode(stdout);
    assertEquals(code, 0, text);
    const progress = text.split(/[\r\n]+/)
      .map((part) => part.replace(CLEAR_LINE, ""))
      .filter((part) => part.startsWith("epoch "));
    assert(progress.length > 3, text);
    for (const line of progress) assert(line.length < COLUMNS, line);
    assertMatch(progress.at(-1)!, /^epoch \d+\/60 {2}step \d+\/40 {2}loss \d/);
    // What stays on the screen: every part that a later one writes over is gone.
    const screen = text.split("\n").map((line) =>
      line.replace(/\r$/, "").split("\r").at(-1)!.replace(CLEAR_LINE, "")
    );
    assertEquals(screen.filter((line) => line.startsWith("epoch ")), []);
    assertEquals(screen.filter((line) => line.startsWith("Epoch ")).length, 60);
    assert(!screen.join("").includes("\x1b"));
  },
});
