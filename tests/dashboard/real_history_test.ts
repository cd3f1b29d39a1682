/** The view of runs against real coordinators: a run is trained, looked at while it goes on, and again with no run going. */
import { assertEquals, assertMatch } from "@std/assert";
import { buildDashboard } from "@tributary/dashboard/build";
import { dirname } from "node:path";
import type { Browser, Page } from "playwright-core";
import { openHistoryFile } from "../../packages/coordinator/history/history_file.ts";
import { Runs } from "../../packages/coordinator/history/runs.ts";
import { sees, violations } from "./support/visit.ts";
import { browserTest, findChromium } from "../support/chromium.ts";
import { RunningTask } from "../support/processes.ts";
import { SmallRun } from "../support/small_run.ts";

if (findChromium()) await buildDashboard();

/** Opens a printed link, and gives what the page complained of. */
async function open(browser: Browser, link: string): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(link);
  return { page, complaints };
}

browserTest(
  "a run is in the list while it goes on, and can be opened, renamed and deleted when it is over",
  async (browser) => {
    await using run = await SmallRun.make({ epochs: 1_000 });
    const { name } = run.description;
    {
      await using task = RunningTask.start("train", [
        ...[run.path, "--port", "0", "--workers", "1", "--json", "--checkpoint", run.file("out")],
      ], { keepInput: true });
      const [, link] = await task.line(/^Page: (\S+)$/);
      const { page, complaints } = await open(browser, link);
      await page.getByRole("link", { name: "Runs", exact: true }).click();
      await sees(page, ".runs tbody tr", new RegExp(`${name}.*Live`, "s"));
      await sees(page, ".runs .run-epochs", /^\s*[1-9]\d* of 1,000/);
      assertEquals(await page.getByRole("button", { name: /^Delete/ }).count(), 0);
      assertEquals(complaints, []);
      task.signal("SIGINT");
      await task.finished();
      await page.close();
    }
    using database = openHistoryFile(run.file("history.sqlite"), 1_000);
    const runs = new Runs(database);
    const [summary] = runs.list(0).runs;
    assertEquals([summary.name, summary.outcome], [name, "stopped"]);

    await using task = RunningTask.start("dashboard", [dirname(run.file("out")), "--port", "0"]);
    const [, link] = await task.line(/^Page: (\S+)$/);
    const { page, complaints } = await open(browser, link);
    await sees(page, ".runs tbody tr", new RegExp(`${name}.*Stopped`, "s"));
    await page.getByRole("button", { name: `Rename ${name}` }).click();
    const field = page.getByRole("textbox", { name: `New name of ${name}` });
    await field.fill("a better name");
    await field.press("Enter");
    await page.getByRole("link", { name: "a better name" }).click();
    await sees(page, ".pill", "Recorded");
    await sees(page, ".shown-bar", "You are looking at the recorded run “a better name”.");
    await sees(page, ".progress-line", `step ${summary.step.toLocaleString("en")} of`);
    assertMatch(await page.locator(".status").innerText(), /^Stopped/);
    await page.getByRole("link", { name: "Predictions" }).click();
    await sees(page, "main", /The history keeps no parameters/);
    assertEquals(await violations(page), []);
    await page.getByRole("link", { name: "All runs" }).click();
    await page.getByRole("button", { name: "Delete a better name" }).click();
    await sees(page, ".runs .none", "All runs are deleted.");
    assertEquals(runs.summary(summary.id)!.name, "a better name");
    await page.getByRole("button", { name: "Undo" }).click();
    await sees(page, ".runs tbody tr", "a better name");
    assertEquals(complaints, []);
    await Deno.stat(`${run.file("out")}/result.json`); // Deleting leaves the folder.
  },
);
