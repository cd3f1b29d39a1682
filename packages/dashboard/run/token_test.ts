import { assertEquals } from "@std/assert";
import { takeToken, type TokenPlaces } from "./token.ts";

function browserAt(hash: string, stored: Record<string, string> = {}) {
  const replaced: string[] = [];
  const places: TokenPlaces = {
    location: { hash, pathname: "/", search: "?a=1" },
    history: { replaceState: (_data, _unused, url) => void replaced.push(url) },
    sessionStorage: {
      getItem: (key) => stored[key] ?? null,
      setItem: (key, value) => void (stored[key] = value),
    },
  };
  return { places, replaced, stored };
}

Deno.test("takeToken() takes the token out of the history and keeps it for the tab", () => {
  const { places, replaced, stored } = browserAt("#token=s3cret%2B");
  assertEquals(takeToken(places), "s3cret+");
  assertEquals(replaced, ["/?a=1"]);
  assertEquals(takeToken(browserAt("", stored).places), "s3cret+");
});

Deno.test("takeToken() gives null where there is no token, and leaves the history alone", () => {
  const { places, replaced } = browserAt("#workers");
  assertEquals(takeToken(places), null);
  assertEquals(replaced, []);
});
