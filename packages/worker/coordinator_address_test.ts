import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "@tributary/protocol";
import { parseCoordinatorAddress } from "./coordinator_address.ts";

Deno.test("parseCoordinatorAddress() reads the printed link, with and without scheme, token and TLS", () => {
  assertEquals(parseCoordinatorAddress("http://10.0.0.1:8080/#work=abc"), {
    origin: "http://10.0.0.1:8080",
    socket: "ws://10.0.0.1:8080/work",
    token: "abc",
  });
  assertEquals(parseCoordinatorAddress("localhost:9000").socket, "ws://localhost:9000/work");
  assertEquals(parseCoordinatorAddress("https://[::1]:1/x").socket, "wss://[::1]:1/work");
});

Deno.test("parseCoordinatorAddress() refuses what is no link, with exit code 2", () => {
  for (const link of ["", "http://", "ftp://host:21", "::::", "ws://host:1"]) {
    const error = assertThrows(() => parseCoordinatorAddress(link), UserError, "no address of a coordinator");
    assertEquals(error.exitCode, 2);
  }
});
