import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { describeJsonMistake } from "./json_mistake.ts";

function describe(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    return describeJsonMistake(text, error as Error);
  }
  throw new Error(`${text} is JSON`);
}

Deno.test("describeJsonMistake() names line and column, found by hand, of every kind of mistake", () => {
  const cases: [text: string, place: string][] = [
    ["", "unexpected end (line 1 column 1)"],
    ["  ", "unexpected end (line 1 column 3)"],
    ["hello", 'unexpected "h" (line 1 column 1)'],
    ['{\n  "a": x\n}', 'unexpected "x" (line 2 column 8)'],
    ['{\n  "a": tru\n}', 'unexpected "\\n" (line 2 column 11)'],
    ['{"a":}', 'unexpected "}" (line 1 column 6)'],
    ["[1,\n2,\n]", 'unexpected "]" (line 3 column 1)'],
    ['{"a": tr', "unexpected end (line 1 column 9)"],
    ['{"a":', "unexpected end (line 1 column 6)"],
  ];
  for (const [text, wanted] of cases) assertEquals(describe(text), wanted, text);
  for (
    const text of ["{a}", '{"a":1', '{"a" 1}', '"abc', "{}x", "[01]", "[1.]", "[-]", '["\\x"]', '["\\u12"]']
  ) {
    assert(/\(line 1 column \d+\)$/.test(describe(text)), describe(text));
  }
});

Deno.test("describeJsonMistake() names the place at which good JSON was damaged, in one line", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (json, at) => {
      const position = at % (json.length + 1);
      const text = `${json.slice(0, position)}\u0001${json.slice(position)}`; // never allowed, not even in a text
      const description = describe(text);
      assert(!description.includes("\n"));
      assert(
        description.endsWith(`(line 1 column ${position + 1})`),
        `${description} in ${JSON.stringify(text)}`,
      );
    }),
    { seed: 20_260_101, numRuns: 300 },
  );
});
