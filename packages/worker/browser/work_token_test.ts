import { assertEquals } from "@std/assert";
import { takeWorkToken } from "./work_token.ts";

/** A tab that was opened by a link with this fragment. */
function tab(hash: string, kept: Record<string, string> = {}) {
  const urls: string[] = [];
  return {
    urls,
    kept,
    location: { hash, pathname: "/join", search: "" },
    history: { replaceState: (_: unknown, __: string, url: string) => void urls.push(url) },
    sessionStorage: {
      getItem: (key: string) => kept[key] ?? null,
      setItem: (key: string, value: string) => void (kept[key] = value),
    },
  };
}

Deno.test("takeWorkToken() takes the token out of the address and keeps it for a reload", () => {
  const opened = tab("#work=a%2Bb");
  assertEquals(takeWorkToken(opened), "a+b");
  assertEquals(opened.urls, ["/join"]);
  assertEquals(takeWorkToken(tab("", opened.kept)), "a+b");
});

Deno.test("takeWorkToken() gives null where there never was one, and the newer of two", () => {
  assertEquals(takeWorkToken(tab("")), null);
  const opened = tab("#work=old");
  takeWorkToken(opened);
  assertEquals(takeWorkToken(tab("#work=new", opened.kept)), "new");
});
