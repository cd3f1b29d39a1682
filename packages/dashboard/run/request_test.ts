import { assertRejects } from "@std/assert";
import { coordinatorRequests } from "./request.ts";

Deno.test("a request that nobody answers says so in the page's words, and one that is cancelled is told as such", async () => {
  const port = freePort();
  const request = coordinatorRequests(null);
  await assertRejects(() => request(`http://127.0.0.1:${port}/`), Error, "The coordinator does not answer");
  const signal = AbortSignal.abort();
  await assertRejects(() => request(`http://127.0.0.1:${port}/`, { signal }), DOMException);
});

/** A port on which nobody listens. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
