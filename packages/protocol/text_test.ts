import { assertEquals } from "@std/assert";
import { cleanText } from "./text.ts";

Deno.test("cleanText() leaves letters, digits, marks and emoji of any language alone", () => {
  for (const text of ["worker-1", "Ångström", "工作者", "😀 ok", "e\u0301"]) {
    assertEquals(cleanText(text, 64), text);
  }
});

Deno.test("cleanText() drops control characters, so that no terminal obeys a name", () => {
  assertEquals(cleanText("\x1b[31mred\x1b[0m\x00\x07\x7f\x9b", 64), "[31mred[0m");
});

Deno.test("cleanText() drops characters that turn the direction of text", () => {
  assertEquals(cleanText("abc\u202egpj\u202c\u2066x\u2069\u200f\u061c", 64), "abcgpjx");
});

Deno.test("cleanText() drops unpaired surrogates and unassigned characters", () => {
  assertEquals(cleanText("a\ud800b\udc00c\uffff", 64), "abc");
});

Deno.test("cleanText() folds white space and line ends to single spaces, and trims", () => {
  assertEquals(cleanText("  a\r\n\tb\u2028c\u2029d\u00a0 e  ", 64), "a b c d e");
});

Deno.test("cleanText() cuts by whole characters, never through an emoji", () => {
  assertEquals(cleanText("ab😀cd", 3), "ab😀");
  assertEquals(cleanText("abc", 0), "");
});
