/** The view of the network, in a real browser: what a person sees. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { buildDashboard } from "@tributary/dashboard/build";
import { script } from "./support/scripted_run.ts";
import { PageServer } from "./support/page_server.ts";
import { play, sees, visit } from "./support/visit.ts";
import { browserTest, findChromium } from "../support/chromium.ts";

if (findChromium()) await buildDashboard();

browserTest(
  "the page shows how fast each layer learns, what is saturated, and how its numbers are spread",
  async (browser) => {
    await using server = new PageServer();
    const { waiting, training } = script();
    await visit(browser, server, async (page) => {
      play(server, waiting);
      await sees(page, ".layers", /Layers\s*No worker has looked yet\.\s*dense 784 -> 100, sigmoid/);
      assertEquals(await page.locator(".layer").count(), 2);
      play(server, training);
      await sees(page, ".layers", /After step 1,500, on 100 training samples, seen by borealis\./);
      const first = page.locator(".layer").first();
      await first.filter({ hasText: /Gradient 0\.01250 weights, 0\.001563 biases/ }).waitFor();
      await first.filter({ hasText: "31.8 % saturated" }).waitFor();
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
    }, { path: "?view=network" });
  },
);
