import { assertEquals } from "@std/assert";
import { keysSwitch, type Press, type Shortcut, shortcutFor } from "./shortcuts.ts";

const SHORTCUTS: Shortcut[] = ["p", "?"].map((key) => ({ key, does: key, act: () => {} }));

function press(key: string, changes: Partial<Press> = {}): string | null {
  const quiet = { ctrlKey: false, altKey: false, metaKey: false, repeat: false, defaultPrevented: false };
  return shortcutFor({ key, target: null, ...quiet, ...changes }, SHORTCUTS)?.key ?? null;
}

Deno.test("shortcutFor() finds the key, and not with a modifier, held down, or used by another", () => {
  assertEquals(["p", "?", "P", "x"].map((key) => press(key)), ["p", "?", null, null]);
  for (const name of ["ctrlKey", "altKey", "metaKey", "repeat", "defaultPrevented"]) {
    assertEquals(press("p", { [name]: true }), null, name);
  }
});

Deno.test("shortcutFor() leaves a key to the field that it is typed into", () => {
  const inside = (found: boolean) => Object.assign(new EventTarget(), { closest: () => found ? {} : null });
  assertEquals(press("p", { target: inside(true) }), null);
  assertEquals(press("p", { target: inside(false) }), "p");
});

Deno.test("keysSwitch() is on until it is turned off, and stays off for the browser", () => {
  const stored = new Map<string, string>();
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  };
  const keys = keysSwitch(storage);
  assertEquals(keys.isOn.value, true);
  keys.set(false);
  assertEquals([keys.isOn.value, keysSwitch(storage).isOn.value], [false, false]);
});
