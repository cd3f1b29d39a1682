import { assertEquals, assertThrows } from "@std/assert";
import { parseCsv } from "./csv.ts";

const cells = (text: string) => [...parseCsv(text, "x.csv")].map((record) => record.cells);

/** Text and cells after the rules of RFC 4180, section 2. */
const EXAMPLES: [fact: string, text: string, cells: string[][]][] = [
  ["lines with and without a last line end", "aaa,bbb\nccc,ddd", [["aaa", "bbb"], ["ccc", "ddd"]]],
  ["CRLF", "aaa,bbb\r\nccc,ddd\r\n", [["aaa", "bbb"], ["ccc", "ddd"]]],
  ["quoted cells", '"aaa","b\r\nb,b"\r\n"c""c",ddd', [["aaa", "b\r\nb,b"], ['c"c', "ddd"]]],
  ["quoted cells that are empty or one quote", '"",""""\n', [["", '"']]],
  ["empty cells", ",\na,\n,b", [["", ""], ["a", ""], ["", "b"]]],
  ["empty lines", "\n\na,b\n\r\nc,d\n\n", [["a", "b"], ["c", "d"]]],
  ["spaces around cells", " a ,\tb \n", [["a", "b"]]],
  ["a byte order mark", "\uFEFFa,b", [["a", "b"]]],
  ["nothing", "", []],
];
for (const [fact, text, expected] of EXAMPLES) {
  Deno.test(`parseCsv() reads ${fact}`, () => assertEquals(cells(text), expected));
}

Deno.test("parseCsv() counts the lines within quoted cells and the empty ones", () => {
  const records = [...parseCsv('a\n\n"b\nb\nb"\nc', "x.csv")];
  assertEquals(records.map((record) => record.line), [1, 3, 6]);
});

Deno.test("parseCsv() refuses a quoted cell that does not end", () => {
  assertThrows(
    () => cells('a\nb,"c""\nd'),
    SyntaxError,
    "Cannot read x.csv as every quoted cell must end: the one that begins in line 2",
  );
});

Deno.test("parseCsv() refuses text behind a closing quote", () => {
  assertThrows(() => cells('a\n"b"c,d'), SyntaxError, 'the cell that begins in line 2 goes on with "c"');
});
