/** What users see when something is wrong: one clear sentence, no stack trace, exit code 1 or 2. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Finished, RunningTask, runTask } from "./support/processes.ts";
import { SmallRun } from "./support/small_run.ts";

Deno.test.sanitizer({ ops: true, resources: true });

/** Checks the exit code and that standard error is one line, but for hints in parentheses that a wrong option gets. */
function assertSentence({ code, stdout, stderr }: Finished, exitCode: number, ...parts: string[]): void {
  for (const part of parts) assertStringIncludes(stderr, part);
  assertEquals([code, stdout], [exitCode, ""], stderr);
  const lines = stderr.trimEnd().split("\n").filter((line) => !line.startsWith("("));
  assertEquals(lines.length, 1, stderr);
  assert(!stderr.includes("    at "), stderr);
}

Deno.test("a wrong command line is one sentence and exit code 2", async () => {
  const cases: [task: string, args: string[], ...parts: string[]][] = [
    ["train", ["--epoch", "1"], "unknown option '--epoch'", "--epochs"],
    ["train", ["--epochs", "0"], "--epochs", "Wanted a whole number from 1."],
    ["train", ["--epochs", "many"], "many", "Wanted a whole number from 1."],
    ["train", ["--learning-rate", "-1"], "Wanted a number above 0."],
    ["train", ["--workers", "257"], "from 1 to 256"],
    ["train", ["--port", "70000"], "from 0 to 65535"],
    ["train", ["--host", "example.invalid"], "Wanted an IP address of this machine"],
    ["train", ["--public-url", "train.example"], "Wanted an address such as https://train.example."],
    ["train", ["--cert", "cert.pem"], "wanted --key as well"],
    ["train", ["--cert", "/nowhere/c.pem", "--key", "k.pem"], "/nowhere/c.pem cannot be read"],
    ["train", ["--token", "too-short"], "token of 9 characters", "wanted 16 to 256"],
    ["train", ["--arithmetic", "fast"], "exact, portable"],
    ["train", ["a", "b"], "too many arguments"],
    ["train", ["quikstart"], 'Cannot find the run "quikstart"', "quickstart"],
    ["train", ["./none.json"], "./none.json", "there is no such file"],
    ["train", ["--dataset", "nmist"], 'Cannot load data set "nmist"', "mnist"],
    ["train", ["--dataset", "csv:/nowhere/x.csv"], "/nowhere/x.csv"],
    ["coordinator", ["--workers", "2"], "unknown option '--workers'"],
    ["worker", [], "missing required argument 'url'"],
    ["worker", ["ftp://host"], '"ftp://host" is no address of a coordinator'],
    ["worker", ["http://127.0.0.1:1", "--kernels", "gpu"], "wasm, reference"],
    ["evaluate", ["/nowhere/model"], "Cannot load a model from /nowhere/model"],
    ["evaluate", ["/proc/x"], "Cannot read /proc/x/run.json: no program run by Deno may look there."],
    ["train", ["--checkpoint", "/proc/x", "--resume"], "Cannot read /proc/x/run.json"],
    ["soak", ["--minuts", "1"], "unknown option '--minuts'"],
    ["soak", ["--seed", "x"], "Wanted a whole number from 0."],
  ];
  for (const [task, args, ...parts] of cases) assertSentence(await runTask(task, args), 2, ...parts);
});

Deno.test("--help explains every option, on standard output, with exit code 0", async () => {
  for (const task of ["train", "coordinator", "worker", "evaluate", "predict", "soak", "test:arm64"]) {
    const { code, stdout, stderr } = await runTask(task, ["--help"]);
    assertEquals([code, stderr], [0, ""], task);
    assertStringIncludes(stdout, `Usage: deno task ${task}`);
  }
});

Deno.test("a run description that is wrong is one sentence with the place, and exit code 2", async () => {
  await using run = await SmallRun.make();
  const { model } = run.description;
  const zero = { ...model, layers: [{ ...model.layers[0], units: 0 }, model.layers[1]] };
  const cases: [text: string, ...parts: string[]][] = [
    ['{\n  "name": "x",,\n}', "as JSON", "(line 2 column 15)"],
    ['{\n  "name": x\n}', "as JSON", "(line 2 column 11)"],
    [JSON.stringify({ ...run.description, model: zero }), "model.layers.0.units", "got 0"],
    [JSON.stringify({ ...run.description, batchSize: 801 }), "a batch of 801", "training split of 800"],
    [JSON.stringify({ ...run.description, model: { ...model, input: [784] } }), "784 inputs", "[16]"],
    [JSON.stringify({ ...run.description, epoch: 1 }), "epoch", "no such field"],
  ];
  for (const [text, ...parts] of cases) {
    await Deno.writeTextFile(run.file("wrong.json"), text);
    assertSentence(await runTask("train", [run.file("wrong.json"), "--port", "0"]), 2, ...parts);
  }
});

Deno.test("a data file that is wrong is one sentence with the place, and exit code 2", async () => {
  await using run = await SmallRun.make();
  await Deno.writeTextFile(run.file("wrong.csv"), "a,b,label\n1,2,0\n1,oops,1\n1,2,0\n1,2,1\n1,2,0\n");
  const args = [run.path, "--port", "0", "--dataset", `csv:${run.file("wrong.csv")}`];
  assertSentence(await runTask("train", args), 2, "line 3, column 2", '"oops"');
});

Deno.test("a port in use and an address of another machine are one sentence with what to do, and exit code 1", async () => {
  await using run = await SmallRun.make();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  assertSentence(await runTask("train", [run.path, "--port", `${port}`]), 1, `127.0.0.1:${port}`, "--port 0");
  assertSentence(
    await runTask("train", [run.path, "--host", "192.0.2.1"]),
    1,
    "this machine has no such address",
    "--host",
  );
});

Deno.test("a worker with a wrong token is told which link to use, with exit code 1; the coordinator tells of it and goes on", async () => {
  await using run = await SmallRun.make({ epochs: 1 });
  await using task = RunningTask.start("coordinator", [run.path, "--port", "0", "--json"]);
  const [, link, origin] = await task.line(
    /^To join: deno task worker ((http:\/\/127\.0\.0\.1:\d+)\/#work=\S+)$/,
  );
  for (const [wrong, what] of [[`${origin}/#work=abc`, "wrong"], [origin, "missing"]]) {
    const refused = await runTask("worker", [wrong, "--name", "eve"], { env: { TRIBUTARY_TOKEN: "" } });
    assertSentence(
      refused,
      1,
      `Cannot join the run at ${origin}`,
      `token to work is ${what}`,
      "Use the link",
    );
    await task.line(new RegExp(`^Refused eve \\(token\\): The token to work is ${what}\\.$`));
  }
  await using good = RunningTask.start("worker", [link]);
  const { code, stdout } = await task.finished();
  assertEquals(code, 0);
  const { parametersSha256, faults } = JSON.parse(stdout);
  assertEquals(parametersSha256, await run.hashAlone());
  assertEquals(faults.map(({ worker }: { worker: string }) => worker), ["eve", "eve"]);
  assertEquals((await good.finished()).code, 0);
});

Deno.test("a worker at an address that is no coordinator says so, with exit code 1", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("hello"));
  const finished = await runTask("worker", [`http://127.0.0.1:${server.addr.port}/`]);
  assertSentence(finished, 1, "no Tributary coordinator");
  await server.shutdown();
});

Deno.test("a worker that asks for a coordinator by a name that is not its own is told so, with exit code 1", async () => {
  await using run = await SmallRun.make({ epochs: 1 });
  await using task = RunningTask.start("coordinator", [run.path, "--port", "0", "--json"]);
  const [, port] = await task.line(/^To join: .*127\.0\.0\.1:(\d+)/);
  // As behind a proxy or a forwarded port.
  using listener = Deno.listen({ hostname: "127.0.0.2", port: 0 });
  const forwarding = (async () => {
    const [near, far] = [
      await listener.accept(),
      await Deno.connect({ hostname: "127.0.0.1", port: Number(port) }),
    ];
    await Promise.allSettled([near.readable.pipeTo(far.writable), far.readable.pipeTo(near.writable)]);
  })();
  const finished = await runTask("worker", [`http://127.0.0.2:${(listener.addr as Deno.NetAddr).port}/`]);
  assertSentence(finished, 1, "does not know itself by that name", "--public-url");
  await forwarding;
});

Deno.test("a worker where nobody listens says that it tries again, after growing pauses", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  await using worker = RunningTask.start("worker", [`127.0.0.1:${port}`]);
  const line =
    `No coordinator answers at http://127\\.0\\.0\\.1:${port}\\. Trying again in (\\d+\\.\\d) s; press Ctrl-C to give up\\.\n`;
  const [, ...pauses] = await worker.line(new RegExp(line.repeat(3)));
  worker.signal("SIGINT");
  assertEquals((await worker.finished()).code, 0);
  const [first, second, third] = pauses.map(Number);
  assert(first <= second && second < third && first < third, pauses.join());
});
