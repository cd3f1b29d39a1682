import { assertEquals } from "@std/assert";
import { type AddressPlaces, pageAddress } from "./address.ts";

/** A browser at `search` that remembers what it was told. */
function browser(search: string) {
  let onPop = () => {};
  const told: string[] = [];
  const location = { pathname: "/", search };
  const go = (how: string) => (_data: unknown, _unused: string, url: string) => {
    told.push(`${how} ${url}`);
    location.search = url.includes("?") ? url.slice(url.indexOf("?")) : "";
  };
  const places: AddressPlaces = {
    location,
    history: { pushState: go("push"), replaceState: go("replace") },
    addEventListener: (_type, listener) => onPop = listener,
  };
  const back = (to: string) => {
    location.search = to;
    onPop();
  };
  return { places, told, back };
}

Deno.test("pageAddress() reads what stands in the address, and follows the browser's way back", () => {
  const { places, back } = browser("?view=cluster");
  const address = pageAddress(places);
  assertEquals(address.params.value.get("view"), "cluster");
  back("?view=runs");
  assertEquals(address.params.value.get("view"), "runs");
});

Deno.test("set() changes the address and keeps the rest; what changes nothing is no step of the history", () => {
  const { places, told } = browser("?view=cluster");
  const address = pageAddress(places);
  address.set({ axis: "time" });
  address.set({ view: "runs" }, "push");
  address.set({ view: "runs" }, "push");
  address.set({ view: null, axis: null });
  assertEquals(told, ["replace /?view=cluster&axis=time", "push /?view=runs&axis=time", "replace /"]);
});

Deno.test("href() tells an address without going there", () => {
  const { places, told } = browser("?axis=time");
  const address = pageAddress(places);
  assertEquals(address.href({ view: "runs" }), "/?axis=time&view=runs");
  assertEquals(address.params.value.get("view"), null);
  assertEquals(told, []);
});
