/** The page falls behind, and catches up: nothing missing, nothing doubled, every value as it was told. */
import { assert, assertEquals } from "@std/assert";
import { buildDashboard } from "@tributary/dashboard/build";
import { emptySteps, STEP_COLUMNS, type StepColumns } from "@tributary/protocol";
import type { Page } from "playwright-core";
import { scriptedRun } from "./support/scripted_run.ts";
import { type News, PageServer } from "./support/page_server.ts";
import { play, sees, visit } from "./support/visit.ts";
import { browserTest, findChromium } from "../support/chromium.ts";

if (findChromium()) await buildDashboard();

const VIEW = { viewport: { width: 1280, height: 1_700 }, path: "?table=loss" };

/** A run of 1,200 steps in updates of 100 ms. */
function wholeRun(): News[] {
  return [...scriptedRun({ steps: 1_200, startAt: Date.now() - 60_000 })];
}

function stepsOf(news: readonly News[]): StepColumns {
  const steps = emptySteps();
  for (const item of news) for (const name of STEP_COLUMNS) steps[name].push(...item.steps?.[name] ?? []);
  return steps;
}

/** Reads the table behind the loss chart from its newest to its oldest page, and compares it with what was told. */
async function assertAllPoints(page: Page, news: readonly News[]): Promise<void> {
  const { step, loss } = stepsOf(news);
  const count = step.length.toLocaleString("en-US");
  await sees(page, ".chart-loss .table-caption", new RegExp(`to ${count} of ${count}$`));
  const rows: [string, string][] = [];
  for (;;) {
    rows.push(
      ...await page.locator(".chart-loss tbody tr").evaluateAll((all) =>
        all.map((row): [string, string] => [row.children[0].textContent!, row.children[3].textContent!])
      ),
    );
    const older = page.locator(".chart-loss").getByRole("button", { name: "Older" });
    if (await older.isDisabled()) break;
    await older.click();
  }
  const wanted = step.map((number, i) => [number.toLocaleString("en-US"), loss[i].toPrecision(4)]);
  assertEquals(rows.reverse(), wanted);
  await page.locator(".chart-loss").getByRole("button", { name: "Newest" }).click();
}

/** Types and steps of the events that stand on the page, newest first. */
function eventTexts(page: Page): Promise<string[]> {
  return page.locator(".events li .text").allInnerTexts();
}

browserTest(
  "a connection that breaks in the middle of a run leaves no gap and doubles nothing",
  async (browser) => {
    await using server = new PageServer();
    const news = wholeRun();
    const third = Math.floor(news.length / 3);
    await visit(browser, server, async (page) => {
      play(server, news.slice(0, third));
      await assertAllPoints(page, news.slice(0, third));
      server.isUp = false;
      server.disconnect();
      await sees(page, ".pill", "Disconnected");
      // What stands there stays until there is more.
      await sees(page, ".chart-loss .shown", "points");
      play(server, news.slice(third, 2 * third));
      server.isUp = true;
      await sees(page, ".pill", "Live");
      await assertAllPoints(page, news.slice(0, 2 * third));
      play(server, news.slice(2 * third));
      await assertAllPoints(page, news);
      const texts = await eventTexts(page);
      assertEquals(texts.filter((text) => text === "Run mnist-100 started").length, 1);
      assertEquals(texts.filter((text) => text.startsWith("Epoch ")).length, 3);
    }, { ...VIEW, expected: [/WebSocket connection to .* failed/] });
  },
);

browserTest(
  "a laptop that was closed for a while shows all that happened meanwhile, once",
  async (browser) => {
    await using server = new PageServer();
    const news = wholeRun();
    const half = Math.floor(news.length / 2);
    await visit(browser, server, async (page) => {
      play(server, news.slice(0, half));
      await sees(page, ".progress-line", /step [56]\d\d of/);
      const session = await page.context().newCDPSession(page);
      await session.send("Page.setWebLifecycleState", { state: "frozen" });
      // Its messages wait at the socket, and then the network goes as well.
      play(server, news.slice(half, half + 20));
      server.disconnect();
      play(server, news.slice(half + 20));
      await session.send("Page.setWebLifecycleState", { state: "active" });
      await sees(page, ".progress-line", "step 1,200");
      await sees(page, ".pill", "Live");
      assertEquals(server.requests.length, 2);
      await assertAllPoints(page, news);
    }, VIEW);
  },
);

browserTest(
  "a page in the background draws nothing, and everything when it is looked at",
  async (browser) => {
    await using server = new PageServer();
    const news = wholeRun();
    await visit(browser, server, async (page) => {
      play(server, news.slice(0, 10));
      await sees(page, ".chart-loss .shown", "points");
      const drawn = () => page.evaluate(() => document.querySelector(".chart-loss .shown")!.textContent);
      const session = await page.context().newCDPSession(page);
      // As in a tab that nobody looks at: no frames.
      await page.evaluate(() => {
        const frames: FrameRequestCallback[] = [];
        const request = globalThis.requestAnimationFrame;
        globalThis.requestAnimationFrame = (callback) => frames.push(callback);
        Object.assign(globalThis, {
          awake: () => {
            globalThis.requestAnimationFrame = request;
            frames.forEach((frame) => request(frame));
          },
        });
      });
      const before = await drawn();
      play(server, news.slice(10));
      await sees(page, ".progress-line", "step 1,200");
      assert(await drawn() === before, "no frame, no drawing");
      await page.evaluate(() => (globalThis as unknown as { awake: () => void }).awake());
      await assertAllPoints(page, news);
      await session.detach();
    }, VIEW);
  },
);
