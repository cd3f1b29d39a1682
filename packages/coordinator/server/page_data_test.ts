/** What pages fetch of the model and the data: exactness, doors, bounds, and the end of a run. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type DataSet, decodeSafetensors } from "@tributary/core";
import { LIMITS } from "@tributary/protocol";
import { toyDataSet } from "../../../tests/support/toy.ts";
import { type Doors, LOOPBACK_HOSTS } from "./doors.ts";
import type { PageDataSource } from "./page_data.ts";
import { type RunningServer, startServer } from "./server.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const loopback: Doors = {
  hosts: new Set(LOOPBACK_HOSTS),
  loopback: true,
  watchToken: "watch",
  controlToken: "control",
  workToken: "work",
};

async function start(pageData: PageDataSource, doors = loopback): Promise<RunningServer & AsyncDisposable> {
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    doors,
    files: new Map(),
    data: new Map(),
    pageData,
    onWorker: (socket) => socket.close(),
    onWatcher: (socket) => socket.close(),
  });
  return { ...server, [Symbol.asyncDispose]: () => server.close() };
}

const get = (port: number, path: string, authorization?: string) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers: authorization ? { authorization } : {} });

async function statusOf(port: number, path: string, authorization?: string): Promise<number> {
  const response = await get(port, path, authorization);
  await response.body?.cancel();
  return response.status;
}

/** Parameters that count up, in a memory that the next step overwrites. */
function source(
  length = 6,
  step = 12,
): Required<Pick<PageDataSource, "parameters">> & { memory: Float32Array } {
  const memory = Float32Array.from({ length: Math.min(length, 64) }, (_, i) => i / 3);
  const bytes = length <= 64 ? new Uint8Array(memory.buffer) : new Uint8Array(4 * length);
  return { memory, parameters: () => ({ step, shape: [length], bytes }) };
}

Deno.test("/parameters are all parameters of one moment, to the bit, with step and number", async () => {
  const { memory, parameters } = source();
  await using server = await start({ parameters });
  const before = [...memory];
  const response = await get(server.port, "/parameters");
  memory.fill(99); // the next step
  assertEquals(new Float32Array(await response.arrayBuffer()), Float32Array.from(before));
  assertEquals(response.headers.get("x-tributary-step"), "12");
  assertEquals(response.headers.get("x-tributary-shape"), "6");
});

for (const bytes of [true, false]) {
  Deno.test(`samples are served as they are, ${bytes ? "as bytes" : "as floats"}, range by range`, async () => {
    const dataSet: DataSet = { ...toyDataSet({ bytes, validation: 9 }), inputShape: [2, 2] };
    await using server = await start({ dataSet });
    for (
      const [split, first, end] of [["test", 0, 23], ["test", 5, 6], ["validation", 2, 9], [
        "train",
        50,
        53,
      ]] as const
    ) {
      const response = await get(server.port, `/samples/${split}/${first}-${end}`);
      const { tensors, metadata } = decodeSafetensors(await response.bytes());
      assertEquals(metadata, new Map([["classes", "3"]]));
      const { inputs, labels } = dataSet[split]!;
      const shape = [end - first, 2, 2];
      assertEquals(tensors.get("inputs"), { shape, data: inputs.slice(4 * first, 4 * end) });
      assertEquals(tensors.get("labels"), { shape: [end - first], data: labels.slice(first, end) });
    }
  });
}

Deno.test("what is no range of a split's samples is not found", async () => {
  await using server = await start({ dataSet: toyDataSet() });
  const paths = [
    "test/0-24",
    "test/5-5",
    "test/6-5",
    "test/23-24",
    "test/-1-5",
    "test/0-",
    "test/0-1-2",
    "test/0x0-1",
  ];
  const others = [
    "validation/0-1",
    "none/0-1",
    "__proto__/0-1",
    "test/0-9999999999",
    "",
    "test",
    "test/0-1/",
    "TEST/0-1",
  ];
  for (const path of [...paths, ...others]) {
    assertEquals(await statusOf(server.port, `/samples/${path}`), 404, path);
  }
  assertEquals(await statusOf(server.port, "/samples/test/0-23"), 200);
  assertEquals(await statusOf(server.port, "/parameters"), 404, "there are none here");
});

Deno.test("off loopback, parameters and samples need a token to watch, to control or to work", async () => {
  const doors = { ...loopback, loopback: false };
  await using server = await start({ ...source(), dataSet: toyDataSet() }, doors);
  for (const path of ["/parameters", "/samples/test/0-1"]) {
    for (
      const [authorization, status] of [[undefined, 401], ["Bearer wrong", 401], ["watch", 401]] as const
    ) {
      assertEquals(await statusOf(server.port, path, authorization), status, `${path} ${authorization}`);
    }
    for (const token of ["watch", "control", "work"]) {
      assertEquals(await statusOf(server.port, path, `Bearer ${token}`), 200, `${path} ${token}`);
    }
  }
});

Deno.test("parameters and samples over their bounds are not served, and the answer says so", async () => {
  const elements = LIMITS.parametersFetchedBytesMax / 4;
  await using largest = await start(source(elements));
  assertEquals(await statusOf(largest.port, "/parameters"), 200);
  await using larger = await start({ ...source(elements + 1), dataSet: wide(LIMITS.samplesFetchedBytesMax) });
  const response = await get(larger.port, "/parameters");
  assertEquals([response.status, await response.text()], [
    413,
    "The parameters have 33554436 bytes, at most 33554432 are served\n",
  ]);
  assertEquals(await statusOf(larger.port, "/samples/test/0-3"), 200);
  const samples = await get(larger.port, "/samples/test/0-4");
  assertEquals([samples.status, await samples.text()], [
    413,
    "The samples have 4194308 bytes, at most 4194304 are served\n",
  ]);
});

/** Four samples that are together a little over `bytes`: one label each. */
function wide(bytes: number): DataSet {
  const size = bytes / 4;
  const split = { count: 4, inputs: new Uint8Array(4 * size), labels: new Uint8Array(4) };
  return { name: "wide", inputShape: [size], classes: 2, train: split, validation: null, test: split };
}

Deno.test("pages that do not read hold a bounded number of bytes: others are asked to come again, and can", async () => {
  const bytes = LIMITS.parametersFetchedBytesMax;
  await using server = await start({ ...source(bytes / 4), dataSet: toyDataSet() });
  const { port } = server;
  const slow: Deno.TcpConn[] = [];
  for (let i = 0; i < LIMITS.fetchedBytesInFlightMax / bytes; i++) {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    await connection.write(new TextEncoder().encode("GET /parameters HTTP/1.1\r\nhost: localhost\r\n\r\n"));
    await connection.read(new Uint8Array(1)); // It is on its way.
    slow.push(connection);
  }
  const response = await get(port, "/samples/test/0-1");
  assertEquals([response.status, response.headers.get("retry-after")], [503, "5"]);
  assert((await response.text()).includes("try again"));
  for (const connection of slow) connection.close();
  // The server hears of the ends in its own time.
  let status = NaN;
  for (let i = 0; i < 100 && status !== 200; i++) status = await statusOf(port, "/samples/test/0-1");
  assertEquals(status, 200);
});

Deno.test("a run whose parameters a page has fetched waits a moment at its end, so that the last ones can be had", async () => {
  const { memory, parameters } = source();
  const server = await start({ parameters });
  assertEquals(await statusOf(server.port, "/parameters"), 200);
  memory.fill(7);
  const closed = server.close();
  const response = await get(server.port, "/parameters");
  assertEquals(new Float32Array(await response.arrayBuffer()), new Float32Array(6).fill(7));
  await closed;
  await assertRejects(() => get(server.port, "/parameters"));
});

Deno.test("a run whose parameters nobody has fetched ends at once", async () => {
  const server = await start({ ...source(), dataSet: toyDataSet() });
  assertEquals(await statusOf(server.port, "/samples/test/0-1"), 200);
  const started = performance.now();
  await server.close();
  assert(performance.now() - started < LIMITS.lastFetchMs / 2, `${performance.now() - started} ms`);
});
