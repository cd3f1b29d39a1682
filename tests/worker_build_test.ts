import { assert, assertEquals } from "@std/assert";
import { buildWorker, WORKER_DIST_URL } from "@tributary/worker/build";

Deno.test("buildWorker() makes the program and the page, and does nothing the second time", async () => {
  await buildWorker();
  for (const file of ["worker.js", "join.html", "join.css", "join.js", "join_worker.js"]) {
    assert((await Deno.stat(new URL(file, WORKER_DIST_URL))).size > 0, file);
  }
  assertEquals(await buildWorker(), false);
});

Deno.test("the served program imports nothing, so that one port is all it needs", async () => {
  await buildWorker();
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--no-config", "--json", new URL("worker.js", WORKER_DIST_URL).pathname],
    stderr: "null",
  }).output();
  assertEquals(JSON.parse(new TextDecoder().decode(stdout)).modules.length, 1);
});

Deno.test("the served program holds no path of this machine, so that the same sources give the same hash", async () => {
  await buildWorker();
  const text = await Deno.readTextFile(new URL("worker.js", WORKER_DIST_URL));
  assert(!/node_modules|registry\.npmjs|\/packages\//.test(text));
});
