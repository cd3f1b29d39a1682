import { assertEquals } from "@std/assert";
import { HostList } from "./host_list.ts";

function screen(isTerminal: boolean, rows = 24) {
  const written: string[] = [];
  return {
    written,
    isTerminal,
    write: (text: string) => void written.push(text),
    size: () => ({ columns: 20, rows }),
  };
}

Deno.test("without a terminal each line is written once, with its host", () => {
  const plain = screen(false);
  const list = new HostList(plain, ["a", "box"]);
  list.say(1, "joined");
  list.say(0, "left");
  assertEquals(plain.written, ["box  joined\n", "a    left\n"]);
});

Deno.test("on a terminal the list is written over, cut to its width", () => {
  const terminal = screen(true);
  const list = new HostList(terminal, ["a", "b"]);
  list.say(1, "a line that is too long");
  assertEquals(terminal.written, [
    "\r\x1b[Ka  ...\n\r\x1b[Kb  ...\n",
    "\x1b[2A\r\x1b[Ka  ...\n\r\x1b[Kb  a line that is t\n",
  ]);
});
