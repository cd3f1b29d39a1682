import { assertEquals } from "@std/assert";
import { of } from "rxjs";
import { marbles } from "../run/testing.ts";
import { type Gallery, gallery$, GALLERY_PAGE } from "./gallery.ts";
import { type Looks, NO_LOOKS } from "./looks.ts";
import type { Look } from "./model_now.ts";
import { LOOK, SAMPLES } from "./testing.ts";

const looked = (look: Look): Looks => ({ look, isAsked: false, progress: { state: "idle" } });

function galleryAt(search: string, look: Look | null = LOOK): Gallery {
  let found: Gallery | null = null;
  const looks = look === null ? NO_LOOKS : looked(look);
  gallery$(of(looks), of(new URLSearchParams(search))).subscribe((gallery) => found = gallery);
  return found!;
}

Deno.test("gallery$ shows all mistakes by default, the largest loss first, and NaN before it", () => {
  const { cell, total, items, page, pages } = galleryAt("");
  assertEquals([cell, total, page, pages], [null, 4, 1, 1]);
  assertEquals(items.map(({ sample }) => sample), [7, 6, 1, 4]);
  const [, worst] = items;
  assertEquals(worst, { sample: 6, label: 1, answer: 2, confidence: Math.fround(0.85), loss: 3 });
});

Deno.test("gallery$ shows the samples behind the cell that the address names", () => {
  assertEquals(galleryAt("cell=1-2").items.map(({ sample }) => sample), [6, 4]);
  assertEquals(galleryAt("cell=0-0").items.map(({ sample }) => sample), [2, 0]);
  assertEquals(galleryAt("cell=2-1").total, 0);
  assertEquals(galleryAt("cell=nonsense").cell, null);
});

Deno.test("gallery$ has pages, and stays within them", () => {
  const count = 2 * GALLERY_PAGE + 3;
  const many = {
    ...LOOK,
    samples: { ...SAMPLES, count, labels: new Uint8Array(count) },
    answers: new Uint8Array(count).fill(1),
    confidences: new Float32Array(count),
    losses: Float64Array.from({ length: count }, (_, i) => i),
  };
  const at = (search: string) => galleryAt(search, many);
  assertEquals([at("").items.length, at("").pages], [GALLERY_PAGE, 3]);
  assertEquals(at("page=3").items.map(({ sample }) => sample), [2, 1, 0]);
  assertEquals([at("page=99").page, at("page=-4").page, at("page=x").page], [3, 1, 1]);
});

Deno.test("gallery$ is there before the first look, and follows the address and the looks", () => {
  marbles(({ hot, expectObservable }) => {
    const params = {
      a: new URLSearchParams("cell=1-2"),
      b: new URLSearchParams("cell=1-2&view=x"),
      c: new URLSearchParams(),
    };
    const galleries$ = gallery$(hot("n--d-----", { n: NO_LOOKS, d: looked(LOOK) }), hot("a----b--c", params));
    expectObservable(galleries$).toBe("x--y----z", {
      x: galleryAt("cell=1-2", null),
      y: galleryAt("cell=1-2"),
      z: galleryAt(""),
    });
  });
  assertEquals(galleryAt("", null).samples, null);
});
