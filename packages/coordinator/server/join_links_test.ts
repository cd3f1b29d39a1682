import { assertEquals } from "@std/assert";
import { joinLinks } from "./join_links.ts";

const PROGRAM = `/w/${"ab".repeat(32)}/worker.js`;

Deno.test("joinLinks() gives three ways to join for each address, and says which lead nowhere from elsewhere", () => {
  const origins = ["http://10.0.0.7:8080", "http://127.0.0.1:8080"];
  const [far, near] = joinLinks({ origins, token: "tok-en_1", program: PROGRAM });
  assertEquals(far, {
    checkout: "deno task worker http://10.0.0.7:8080/#work=tok-en_1",
    program: `deno run --no-prompt --allow-net=10.0.0.7:8080 http://10.0.0.7:8080${PROGRAM} --token=tok-en_1`,
    browser: "http://10.0.0.7:8080/join#work=tok-en_1",
    onlyHere: false,
  });
  assertEquals([near.browser, near.onlyHere], ["http://127.0.0.1:8080/join#work=tok-en_1", true]);
});

Deno.test("joinLinks() always names a port in the permission", () => {
  const permission = (origin: string) =>
    joinLinks({ origins: [origin], token: "t", program: PROGRAM })[0].program.match(/--allow-net=(\S+)/)![1];
  assertEquals(permission("https://train.example"), "train.example:443");
  assertEquals(permission("http://train.example"), "train.example:80");
  assertEquals(permission("http://[fd00::1]:8080"), "[fd00::1]:8080");
});

Deno.test("joinLinks() quotes a token of the person's own for the shell and for the link", () => {
  const [{ program, checkout }] = joinLinks({ origins: ["http://h:1"], token: "it's #1", program: PROGRAM });
  assertEquals(program.slice(program.indexOf("--token")), `--token='it'\\''s #1'`);
  assertEquals(checkout, "deno task worker http://h:1/#work=it%27s%20%231");
});
