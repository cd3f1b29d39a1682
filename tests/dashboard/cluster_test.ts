/** The view of the cluster, in a real browser: what a person sees. */
import { assertEquals } from "@std/assert";
import { buildDashboard } from "@tributary/dashboard/build";
import { script } from "./support/scripted_run.ts";
import { PageServer } from "./support/page_server.ts";
import { play, sees, visit } from "./support/visit.ts";
import { browserTest, findChromium } from "../support/chromium.ts";

if (findChromium()) await buildDashboard();

browserTest("the view shows who works, how fast, and why one was lost", async (browser) => {
  await using server = new PageServer();
  const { waiting, training } = script();
  await visit(browser, server, async (page) => {
    await sees(page, ".pill", "Live");
    play(server, [...waiting, ...training]);
    await sees(
      page,
      ".workers tr",
      /anvil\s*Deno, native, 8 threads\s*Working\s*[\d,]+\s*[\d,]+\s*6\d\.\d %/,
    );
    await sees(
      page,
      ".workers tr",
      /cedar \(Firefox\).*Left during step 1,420\s*It answered no ping for 16 s\./,
    );
    assertEquals(await page.locator(".workers tbody tr").count(), 3);
  }, { path: "?view=cluster" });
});
