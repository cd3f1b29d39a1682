import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "@tributary/protocol";
import { ConnectionGate, networkOf } from "./connection_gate.ts";

/** Connections come and go at once. */
function visits(gate: ConnectionGate, address: string, count: number): number {
  let letIn = 0;
  for (let i = 0; i < count; i++) {
    if (!gate.enter(address)) continue;
    letIn++;
    gate.leave(address);
  }
  return letIn;
}

Deno.test("a flood from one address is stopped after a burst, goes on at a rate, and leaves the others alone", () => {
  let now = 0;
  const gate = new ConnectionGate(() => now);
  assertEquals(visits(gate, "10.0.0.1", 1_000_000), LIMITS.connectionBurst);
  assertEquals(visits(gate, "10.0.0.2", 10), 10);
  now += 1_000;
  assertEquals(visits(gate, "10.0.0.1", 1_000), LIMITS.connectionsPerSecond);
});

Deno.test("connections that stay open are bounded by address and in all", () => {
  let now = 0;
  const gate = new ConnectionGate(() => now);
  const opened = (address: string) => {
    let opened = 0;
    for (let i = 0; i < 2_000; i++, now += 100) if (gate.enter(address)) opened++;
    return opened;
  };
  assertEquals(opened("10.0.0.1"), LIMITS.httpConnectionsPerAddressMax);
  assertEquals(opened("10.0.0.2"), LIMITS.httpConnectionsPerAddressMax);
  assertEquals(opened("10.0.0.3"), LIMITS.httpConnectionsMax - 2 * LIMITS.httpConnectionsPerAddressMax);
  assert(!gate.enter("10.0.0.4"));
  gate.leave("10.0.0.1");
  assert(gate.enter("10.0.0.4"));
});

Deno.test("a flood from many addresses is bounded in all, and so is what is remembered of them", () => {
  let now = 0;
  const gate = new ConnectionGate(() => now);
  let sum = 0;
  for (let i = 0; i < 30_000; i++) sum += visits(gate, `10.${i >> 16}.${i >> 8 & 255}.${i & 255}`, 1);
  assertEquals(sum, LIMITS.connectionBurstInAll);
  assert(gate.addresses <= 10_000, `${gate.addresses}`);
  now += 60_000;
  assertEquals(visits(gate, "10.0.0.1", 1), 1);
});

Deno.test("requests of one address are answered in a burst, then at a rate, whatever the others ask", () => {
  let now = 0;
  const gate = new ConnectionGate(() => now);
  const answered = (address: string, count: number) => {
    let answered = 0;
    for (let i = 0; i < count; i++) if (gate.ask(address)) answered++;
    return answered;
  };
  assertEquals(answered("10.0.0.1", 1_000_000), LIMITS.requestBurst);
  assertEquals(answered("10.0.0.2", 100), 100);
  now += 1_000;
  assertEquals(answered("10.0.0.1", 1_000), LIMITS.requestsPerSecond);
});

Deno.test("networkOf() is an IPv4 address, or the first 64 bits of an IPv6 one", () => {
  assertEquals(networkOf("192.0.2.1"), "192.0.2.1");
  assertEquals(networkOf("::ffff:192.0.2.1"), "192.0.2.1");
  assertEquals(networkOf("2001:db8:1:2:3:4:5:6"), networkOf("2001:db8:1:2::1"));
  assertEquals(networkOf("::1"), "0:0:0:0");
  assertEquals(networkOf("fe80::1%eth0"), "fe80:0:0:0");
});
