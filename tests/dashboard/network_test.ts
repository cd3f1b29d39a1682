/** The view of the network, in a real browser: what a person sees. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { buildDashboard } from "@tributary/dashboard/build";
import { script } from "./support/scripted_run.ts";
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
      await sees(page, ".layers", /Layers\s*No worker has looked yet\.\s*1 dense 784 -> 100, sigmoid/);
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
      await figure.locator("figcaption span").innerText(),
    );
    await page.locator(".layer summary").first().click();
    const table = page.getByRole("region", { name: "Histograms of Layer 1" });
    await table.getByRole("row", { name: /^0\.933 to 0\.967 201$/ }).waitFor();
    assertEquals(await table.getByRole("row").count(), 3 * 31);
  }, NETWORK);
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
