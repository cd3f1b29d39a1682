/** The view of the network, in a real browser: what a person sees. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { buildDashboard } from "@tributary/dashboard/build";
import type { Page } from "playwright-core";
import { FACTS, script } from "./support/scripted_run.ts";
import { scriptedWeights } from "./support/scripted_weights.ts";
import { PageServer } from "./support/page_server.ts";
import { play, sees, violations, visit } from "./support/visit.ts";
import { browserTest, findChromium } from "../support/chromium.ts";

if (findChromium()) await buildDashboard();

const NETWORK = { path: "?view=network" };

browserTest(
  "the page shows how fast each layer learns, what is saturated, and how its numbers are spread",
  async (browser) => {
    await using server = new PageServer();
    const { waiting, training } = script();
    await visit(browser, server, async (page) => {
      play(server, waiting);
      await sees(page, ".layers", /Layers\s*No worker has looked yet\.\s*1 dense 784 → 100, sigmoid/);
      assertEquals(await page.locator(".layer").count(), 2);
      play(server, training);
      await sees(page, ".layers", /After step 1,500, on 100 training samples, seen by borealis\./);
      const first = page.locator(".layer").first();
      await first.filter({ hasText: /Gradient 0\.01250 weights, 0\.001563 biases/ }).waitFor();
      await first.filter({ hasText: "31.8 % saturated" }).waitFor();
      await first.filter({ hasText: /Output 100, 78,500 parameters/ }).waitFor();
      await first.filter({ hasText: /weights\s*-0\.42 to 0\.42.*outputs\s*0 to 1/s }).waitFor();
      const widths = await page.locator(".norm-bar span").evaluateAll((bars) =>
        bars.map((bar) =>
          bar.getBoundingClientRect().width / bar.parentElement!.getBoundingClientRect().width
        )
      );
      // The norms are 0.0125 and 0.25; a whole bar is three decades.
      assertAlmostEquals(widths[0], 1 + Math.log10(0.05) / 3, 0.01);
      assertAlmostEquals(widths[1], 1, 0.01);
      const outputs = first.locator(".spread-outputs path");
      const { width, height } = (await outputs.boundingBox())!;
      assert(width > 100 && height > 20, `${width} x ${height}`);
    }, NETWORK);
  },
);

browserTest(
  "the gradients' norms are a chart over the run, with its table and a sentence",
  async (browser) => {
    await using server = new PageServer();
    const { waiting, training } = script();
    await visit(browser, server, async (page) => {
      play(server, waiting);
      await sees(page, ".gradients", "No worker has looked yet");
      play(server, training);
      await sees(page, ".verdict", "Layer 1 learns 20 times slower than layer 2.");
      await sees(page, ".gradients .legend", /layer 1\s*0\.01250\s*layer 2\s*0\.2500/);
      await page.locator(".gradients .plot").focus();
      await page.keyboard.press("Home");
      await sees(page, ".gradients .legend", /Step 100\s*layer 1\s*0\.08\d+\s*layer 2\s*0\.73\d+/);
      await page.locator(".gradients summary").click();
      await sees(page, ".gradients tr", /Layer 1\s*0\.08\d+\s*0\.01250\s*0\.05000/);
    }, NETWORK);
  },
);

browserTest("a histogram is read by pointing, by keys, and as a table", async (browser) => {
  await using server = new PageServer();
  const { waiting, training } = script();
  await visit(browser, server, async (page) => {
    play(server, [...waiting, ...training]);
    const outputs = page.getByRole("group", { name: "outputs of layer 1; the arrow keys read its bins" });
    const figure = page.locator(".layer").first().locator(".spread-outputs");
    // The scripted bins of the outputs: 900 / (1 + bin²) + 400 / (1 + (bin - 29)²).
    await outputs.hover({ position: { x: 1, y: 10 } });
    await figure.filter({ hasText: /0 to 0\.033: 900 \(/ }).waitFor();
    await page.mouse.move(0, 0);
    await figure.filter({ hasText: /outputs\s*0 to 1/ }).waitFor();
    await outputs.focus();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    await figure.filter({ hasText: /0\.933 to 0\.967: 201 \(/ }).waitFor();
    assertEquals(
      await figure.locator("[aria-live]").innerText(),
      await figure.locator("figcaption .spread-range").innerText(),
    );
    await page.locator(".layer summary").first().click();
    const table = page.getByRole("region", { name: "Histograms of Layer 1" });
    await table.getByRole("row", { name: /^0\.933 to 0\.967 201$/ }).waitFor();
    assertEquals(await table.getByRole("row").count(), 3 * 31);
  }, NETWORK);
});

browserTest(
  "the first layer's weights are pictures whose pixels are the weights, and follow the run",
  async (browser) => {
    await using server = new PageServer();
    const { waiting, training } = script();
    const values = scriptedWeights(100);
    const show = (step: number) => server.tensors.set("1.weight", { step, shape: [784, 100], values });
    await visit(browser, server, async (page) => {
      show(100);
      play(server, waiting);
      await sees(
        page,
        ".pictures",
        /Layer 1: 100 units\s*After step 100\. The 784 inputs are taken for 28 rows/,
      );
      const scale = Math.max(...values.map(Math.abs));
      await sees(page, ".scale", `-${Number(scale.toPrecision(2))}`);
      assertEquals(await page.locator(".unit-picture").count(), 24);
      await assertPixels(page, { unit: 4, units: 100, values, scale });
      // Another step, with a weight that is larger than all others: unit 5 has it in the middle.
      values[(14 * 28 + 14) * 100 + 4] = -2;
      show(200);
      play(server, training.slice(0, 40));
      await sees(page, ".pictures .note", "After step 200.");
      await sees(page, ".scale", "-2");
      await assertPixels(page, { unit: 4, units: 100, values, scale: 2 });
    }, NETWORK);
  },
);

/** Compares some pixels of a unit's picture with the colours that the weights have between the three of the light theme. */
async function assertPixels(
  page: Page,
  { unit, units, values, scale }: { unit: number; units: number; values: Float32Array; scale: number },
): Promise<void> {
  const canvas = page.getByRole("button", { name: new RegExp(`^Unit ${unit + 1}:`) }).locator("canvas");
  const pixels = await canvas.evaluate((
    element: HTMLCanvasElement,
  ) => [...element.getContext("2d")!.getImageData(0, 0, element.width, element.height).data]);
  assertEquals(pixels.length, 4 * 784);
  const [negative, zero, positive] = [[0x1f, 0x5f, 0xae], [0xf4, 0xf4, 0xf2], [0xb3, 0x24, 0x3c]];
  for (const pixel of [0, 27, 14 * 28 + 14, 100, 300, 555, 783]) {
    const weight = values[pixel * units + unit] / scale;
    const end = weight < 0 ? negative : positive;
    for (let c = 0; c < 3; c++) {
      const wanted = zero[c] + Math.abs(weight) * (end[c] - zero[c]);
      assertAlmostEquals(pixels[4 * pixel + c], wanted, 0.51, `pixel ${pixel}`);
    }
  }
}

browserTest("a picture opens large, is read by keys, and stands in the address", async (browser) => {
  await using server = new PageServer();
  const { waiting } = script();
  const values = scriptedWeights(100);
  await visit(browser, server, async (page) => {
    play(server, waiting);
    await sees(page, ".pages", "1 to 24 of 100 pictures");
    const pages = page.locator(".pictures > .pages");
    await pages.getByRole("button", { name: "Next" }).click();
    await sees(page, ".pages", "25 to 48 of 100 pictures");
    await page.getByRole("button", { name: /^Unit 26:/ }).click();
    const dialog = page.getByRole("dialog", { name: "Unit 26" });
    await dialog.filter({ hasText: /Weights from -0\.\d+ to 0\.\d+/ }).waitFor();
    assertEquals(new URL(page.url()).search, "?view=network&pictures-page=2&picture=26");
    await dialog.getByRole("group").focus();
    for (const key of ["Home", "ArrowDown", "ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
    const weight = Number(values[(2 * 28 + 1) * 100 + 25].toPrecision(4));
    await dialog.filter({ hasText: `Row 3, column 2: ${weight}` }).waitFor();
    assertEquals(await violations(page), []);
    await dialog.getByRole("button", { name: "Next" }).click();
    await page.getByRole("dialog", { name: "Unit 27" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.waitForURL(`${server.url}?view=network&pictures-page=2`);
    await page.goto(`${server.url}?view=network&picture=7`);
    await page.getByRole("dialog", { name: "Unit 7" }).waitFor();
  }, NETWORK);
});

browserTest("filters of convolutions are pictures, too, layer by layer and map by map", async (browser) => {
  await using server = new PageServer();
  const { waiting: [{ at }] } = script();
  const convolution = (maps: number) =>
    ({ type: "convolution", maps, kernel: [3, 2], stride: 1, padding: 0, activation: "relu" }) as const;
  const facts = {
    ...FACTS,
    run: {
      ...FACTS.run,
      model: { ...FACTS.run.model, input: [12, 12], layers: [convolution(4), convolution(9)] },
    },
    layers: [
      { name: "convolution 4 of 3x2", parameters: 28, shape: [4, 10, 11] },
      { name: "convolution 9 of 3x2", parameters: 225, shape: [9, 8, 10] },
    ],
  } as typeof FACTS;
  const ramp = (length: number) => Float32Array.from({ length }, (_, i) => i / length);
  server.tensors.set("1.weight", { step: 7, shape: [4, 1, 3, 2], values: ramp(24) });
  server.tensors.set("2.weight", { step: 8, shape: [9, 4, 3, 2], values: ramp(216) });
  await visit(browser, server, async (page) => {
    play(server, [{ at, events: [{ type: "runStarted", at, facts }] }]);
    await sees(page, ".pictures .note", "After step 7.");
    assertEquals(await page.locator(".unit-picture").count(), 4);
    await page.getByRole("combobox", { name: "Layer" }).selectOption("Layer 2: 9 maps");
    await sees(page, ".pictures .note", "After step 8.");
    await sees(page, ".pages", "1 to 24 of 36 pictures");
    await page.getByRole("button", { name: "Map 2, input map 3: 0.17 to 0.19" }).click();
    await page.getByRole("dialog", { name: "Map 2, input map 3" }).waitFor();
    assertEquals(new URL(page.url()).search, "?view=network&pictures=2.weight&picture=7");
    assertEquals(await violations(page), []);
  }, NETWORK);
});

browserTest("weights are fetched only while the view is shown", async (browser) => {
  await using server = new PageServer();
  const { waiting, training } = script();
  await visit(browser, server, async (page) => {
    play(server, [...waiting, ...training.slice(0, 20)]);
    await sees(page, ".tile", "Loss");
    assertEquals(server.tensorRequests, []);
    await page.getByRole("link", { name: "Network" }).click();
    await sees(page, ".pictures .note", "After step 100.");
    await page.getByRole("link", { name: "Overview" }).click();
    await sees(page, ".tile", "Loss");
    const fetched = server.tensorRequests.length;
    play(server, training.slice(20, 40));
    await page.waitForTimeout(1_500); // longer than the pause between two
    assertEquals(server.tensorRequests.length, fetched);
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(`axe finds no fault with the ${colorScheme} view of the network`, async (browser) => {
    for (const width of [360, 1280]) {
      await using server = new PageServer();
      const { waiting, training } = script();
      await visit(browser, server, async (page) => {
        play(server, waiting);
        await sees(page, ".gradients", "No worker has looked yet");
        assertEquals(await violations(page), []);
        play(server, training);
        await sees(page, ".verdict", "20 times slower");
        for (const summary of await page.locator("summary").all()) await summary.click();
        assertEquals(await violations(page), []);
        assertEquals(await page.evaluate(() => document.documentElement.scrollWidth), width);
      }, { colorScheme, viewport: { width, height: 800 }, ...NETWORK });
    }
  });
}
