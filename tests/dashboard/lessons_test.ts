/** The lessons in the overview, in a real browser: what a person sees. */
import { assertEquals } from "@std/assert";
import type { LayerInsight } from "@tributary/core";
import type { TrainingEvent } from "@tributary/protocol";
import { buildDashboard } from "@tributary/dashboard/build";
import type { News } from "./support/page_server.ts";
import { script } from "./support/scripted_run.ts";
import { PageServer } from "./support/page_server.ts";
import { PastRuns } from "./support/past_runs.ts";
import { play, sees, violations, visit } from "./support/visit.ts";
import { browserTest, findChromium } from "../support/chromium.ts";

if (findChromium()) await buildDashboard();

/** A look at four layers, the first of which has a thousandth of the last one's gradient, and an epoch that is learnt by heart. */
function trouble(news: News[]): News {
  const at = news.at(-1)!.at + 10;
  const events = news.flatMap(({ events }) => events ?? []);
  const look = events.findLast((event) => event.type === "layersInspected")!;
  const done = events.findLast((event) => event.type === "epochDone")!;
  const layers = [0.001, 0.01, 0.1, 1].map((bias): LayerInsight => {
    const [layer] = look.layers;
    return { ...layer, trained: { ...layer.trained!, gradientNorms: { weight: bias, bias } } };
  });
  const overfitted: TrainingEvent = {
    ...done,
    at,
    epoch: done.epoch + 1,
    trainAtEnd: { loss: 0.01, accuracy: 1 },
    validation: { loss: 1, accuracy: 0.825 },
  };
  return { at, events: [{ ...look, at, step: look.step + 1, layers }, overfitted] };
}

browserTest(
  "lessons come with the figure that triggered them, are put away and brought back",
  async (browser) => {
    await using server = new PageServer();
    const { waiting, training } = script();
    await visit(browser, server, async (page) => {
      play(server, [...waiting, ...training]);
      await sees(page, ".tile", "96.51 %");
      await sees(page, ".lessons", /None for now/);
      server.play(trouble(training));
      await sees(
        page,
        ".lesson",
        /The first layer's gradient is 1,000 times smaller than the last one's 1\.000/,
      );
      const overfitting = page.getByRole("listitem").filter({ hasText: "Learnt by heart" });
      await overfitting.filter({ hasText: "100.0 % right in training, 82.5 % in validation." }).waitFor();
      const link = overfitting.getByRole("link", { name: "Chapter 3, Overfitting and regularization" });
      assertEquals(await link.getAttribute("rel"), "noreferrer");
      await page.getByRole("button", { name: "Put away: Learnt by heart" }).click();
      await overfitting.waitFor({ state: "hidden" });
      assertEquals(await page.locator(".lesson").count(), 1);
      await page.reload();
      await sees(page, ".lesson", "The first layers hardly learn");
      assertEquals(await page.locator(".lesson").count(), 1);
      await page.getByRole("button", { name: "Bring back 1" }).click();
      await overfitting.waitFor();
    });
  },
);

/** An epoch with these shares of right answers, after the last one. */
function epochAfter(news: News[], train: number, validation: number): News {
  const at = news.at(-1)!.at + 10;
  const done = news.flatMap(({ events }) => events ?? []).findLast((event) => event.type === "epochDone")!;
  const event: TrainingEvent = {
    ...done,
    at,
    epoch: done.epoch + 1,
    trainAtEnd: { loss: 0.01, accuracy: train },
    validation: { loss: 1, accuracy: validation },
  };
  return { at, events: [event] };
}

browserTest(
  "a page that is loaded again, and one of the recorded run, show the same lessons in the same order, past ones too",
  async (browser) => {
    await using server = new PageServer();
    await using past = server.pastRuns = await PastRuns.make();
    const { waiting, training } = script();
    const news = [...waiting, ...training];
    // Learnt by heart, then as bad as a guess, then well again.
    for (const [train, validation] of [[1, 0.8], [0.1, 0.1], [0.97, 0.96]]) {
      news.push(epochAfter(news, train, validation));
    }
    await past.add({ steps: 1_500, more: news.slice(-3) });
    await visit(browser, server, async (page) => {
      const lessons = async () =>
        (await page.locator(".lesson").allInnerTexts()).map((text) =>
          text.split("\n").filter(Boolean).slice(0, 3)
        );
      play(server, news);
      await sees(page, ".lesson", /Learnt by heart.*Not so any more\./s);
      await sees(page, ".lesson", /No better than guessing.*Not so any more\./s);
      const seen = await lessons();
      assertEquals(seen.map(([title]) => title), ["Learnt by heart", "No better than guessing"]);
      await page.reload();
      await sees(page, ".lesson", "No better than guessing");
      assertEquals(await lessons(), seen);
      await page.goto(`${server.url}?run=1`);
      await sees(page, ".pill", "Recorded");
      await sees(page, ".lesson", "No better than guessing");
      assertEquals(await lessons(), seen);
    });
  },
);

browserTest("a lesson that appears moves nothing", async (browser) => {
  await using server = new PageServer();
  const { waiting, training } = script();
  await visit(browser, server, async (page) => {
    play(server, [...waiting, ...training]);
    await sees(page, ".lessons", /None for now/);
    const places = () =>
      page.locator("main > *").evaluateAll((cards) =>
        cards.map((card) => {
          const { top, height } = card.getBoundingClientRect();
          return [Math.round(top), card.matches(".lessons") ? "grows at its end" : Math.round(height)];
        })
      );
    const before = await places();
    const { at, events } = trouble(training);
    server.play({ at, events: events!.filter(({ type }) => type === "layersInspected") });
    await sees(page, ".lesson", "The first layers hardly learn");
    assertEquals(await places(), before);
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(`axe finds no fault with the ${colorScheme} lessons`, async (browser) => {
    for (const width of [360, 1280]) {
      await using server = new PageServer();
      const { waiting, training } = script();
      await visit(browser, server, async (page) => {
        play(server, [...waiting, ...training, trouble(training)]);
        await sees(page, ".lesson", "Learnt by heart");
        assertEquals(await violations(page), []);
        assertEquals(await page.evaluate(() => document.documentElement.scrollWidth), width);
      }, { colorScheme, viewport: { width, height: 800 } });
    }
  });
}
