/** `deno task launch`: with a stand-in that behaves like ssh, and with the real one on loopback where there is a server. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type PrintedLinks, printedLinks } from "./support/join_links.ts";
import { RunningTask, runTask } from "./support/processes.ts";
import { SmallRun } from "./support/small_run.ts";
import { makeSshServer, sshTest } from "./support/ssh_server.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const LOCAL = ["--port", "0", "--json"];

/** Takes options, a host and a command for a shell, as ssh does; notes its arguments in a file. */
const STAND_IN = `#!/bin/sh
echo "$*" >> "$ARGUMENTS_FILE"
while [ "$1" = -o ]; do shift 2; done
host=$1; shift
if [ "$host" = nowhere ]; then
  echo "ssh: Could not resolve hostname nowhere" >&2
  exit 255
fi
exec sh -c "$*"
`;

/** A run, its coordinator, and a stand-in for ssh. */
async function prepare(run: SmallRun): Promise<{
  coordinator: RunningTask;
  links: PrintedLinks;
  ssh: string[];
  env: Record<string, string>;
  argumentsFile: string;
}> {
  const standIn = run.file("ssh");
  await Deno.writeTextFile(standIn, STAND_IN);
  await Deno.chmod(standIn, 0o700);
  const argumentsFile = run.file("arguments");
  const coordinator = RunningTask.start("coordinator", [run.path, ...LOCAL]);
  return {
    coordinator,
    links: await printedLinks(coordinator),
    ssh: ["--ssh", standIn, "--deno", Deno.execPath()],
    env: { ARGUMENTS_FILE: argumentsFile },
    argumentsFile,
  };
}

Deno.test("launch starts a worker on each host, shows their lines, and stops all on Ctrl-C", async () => {
  await using run = await SmallRun.make({ epochs: 100_000 });
  const { coordinator, links, ssh, env, argumentsFile } = await prepare(run);
  await using _ = coordinator;
  await using launch = RunningTask.start("launch", ["one", "me@two", "--url", links.link, ...ssh], {
    env,
    ownGroup: true,
  });
  await coordinator.line(/^one joined/);
  await coordinator.line(/^two joined/);
  await launch.line(/^me@two {2}Joined the run/);
  launch.signal("SIGINT", "group");
  await coordinator.line(/^one is gone.*: stopped by whoever started it\.$/);
  await coordinator.line(/^two is gone.*: stopped by whoever started it\.$/);
  const { code, stderr } = await launch.finished();
  assertEquals(code, 130);
  assertMatch(stderr, /^one {5}This worker left; it computed [\d,]+ samples\.$/m);
  const given = await Deno.readTextFile(argumentsFile);
  assertStringIncludes(given, "-o BatchMode=yes");
  assert(!given.includes(links.token), "the token is in no list of processes");
});

Deno.test("launch ends with the run, and with 1 and the reason where a host failed", async () => {
  await using run = await SmallRun.make({ epochs: 100 });
  const { coordinator, links, ssh, env } = await prepare(run);
  await using _ = coordinator;
  const args = ["nowhere", "here", "--url", links.link, ...ssh];
  const { code, stderr } = await runTask("launch", args, { env });
  assertEquals(code, 1, stderr);
  assertMatch(
    stderr,
    /^The worker on nowhere failed \(exit code 255\): ssh: Could not resolve hostname nowhere$/m,
  );
  assertMatch(stderr, /^here {5}The run is over: All 100 epochs are done\./m);
  const { parametersSha256 } = JSON.parse((await coordinator.finished()).stdout);
  assertEquals(parametersSha256, await run.hashAlone());
});

Deno.test("launch says what is wrong with its command line or its coordinator", async () => {
  const fails = async (code: number, reason: RegExp, ...args: string[]) => {
    const finished = await runTask("launch", args);
    assertEquals(finished.code, code, finished.stderr);
    assertMatch(finished.stderr, reason);
  };
  await fails(2, /missing required argument 'host'/, "--url", "http://127.0.0.1:1/#work=t");
  await fails(2, /required option '--url <link>' not specified/, "host");
  await fails(2, /without the token to work/, "host", "--url", "http://127.0.0.1:1");
  await fails(
    2,
    /wanted the name of a host/,
    "--url",
    "http://127.0.0.1:1/#work=t",
    "--",
    "-oProxyCommand=x",
  );
  await fails(1, /no coordinator answers at http:\/\/127\.0\.0\.1:1\./, "h", "--url", "127.0.0.1:1/#work=t");
});

sshTest("launch works through the system's ssh", async () => {
  await using server = await makeSshServer();
  await using run = await SmallRun.make({ epochs: 100_000 });
  await using coordinator = RunningTask.start("coordinator", [run.path, ...LOCAL]);
  const { link } = await printedLinks(coordinator);
  const ssh = ["--ssh", `ssh -F ${server.config}`, "--deno", Deno.execPath()];
  await using launch = RunningTask.start("launch", ["box", "--url", link, ...ssh]);
  await coordinator.line(/^box joined/);
  await launch.line(/^box {2}Joined the run/);
  launch.signal("SIGINT");
  await coordinator.line(/^box is gone.*: stopped by whoever started it\.$/);
  assertEquals((await launch.finished()).code, 130);
  // A launcher that dies without a word takes its workers with it as well.
  await using killed = RunningTask.start("launch", ["box", "--url", link, ...ssh]);
  await killed.line(/^box {2}Joined the run/);
  killed.signal("SIGKILL");
  await coordinator.line(
    /^box is gone(.*\n)+box joined(.*\n)+box is gone.*: stopped by whoever started it\.$/,
  );
});
