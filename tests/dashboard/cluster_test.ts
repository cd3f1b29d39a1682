/** The view of the cluster, in a real browser: what a person sees. */
import { assert, assertEquals } from "@std/assert";
import { buildDashboard } from "@tributary/dashboard/build";
import type { TrainingEvent, WorkerFacts } from "@tributary/protocol";
import type { Page } from "playwright-core";
import { pulse } from "./support/scripted_pulse.ts";
import { FACTS, script } from "./support/scripted_run.ts";
import { type News, PageServer } from "./support/page_server.ts";
import { play, sees, violations, visit } from "./support/visit.ts";
import { browserTest, findChromium } from "../support/chromium.ts";

if (findChromium()) await buildDashboard();

const path = "?view=cluster";

/** A run of so many workers that has gone on for 40 s, and stumbled. */
function crowd(count: number): News[] {
  const startAt = Date.now() - 40_000;
  const facts = Array.from({ length: count }, (_, i): WorkerFacts => (
    { id: i + 1, name: `node-${i + 1}`, kind: "deno", kernels: "wasm", threads: 2 }
  ));
  const totals = (second: number) =>
    facts.map(({ id }) => ({
      id,
      leaves: 10 * id * second,
      samples: 50 * id * second,
      computeMs: 500 * second,
    }));
  const events: TrainingEvent[] = [
    { type: "runStarted", at: startAt, facts: FACTS },
    ...facts.map((worker): TrainingEvent => ({ type: "workerJoined", at: startAt, worker })),
  ];
  const faults = Array.from({ length: 1_000 }, (_, i): TrainingEvent => ({
    type: "rangeLate",
    at: startAt + i,
    step: i + 1,
    worker: "node-7",
    range: { first: 0, end: 1 },
    afterMs: 300 + i,
  }));
  return Array.from({ length: 41 }, (_, second) => ({
    at: startAt + 1_000 * second,
    events: second === 0 ? events : second === 40 ? faults : [],
    workers: totals(second),
    pulse: pulse(second + 1, 8, totals(second)),
  }));
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

browserTest(
  "the view shows who works, how fast, on what its time goes, and why one was lost",
  async (browser) => {
    await using server = new PageServer();
    const { waiting, training } = script();
    await visit(browser, server, async (page) => {
      await sees(page, ".pill", "Live");
      await sees(page, ".workers", "No worker has joined yet.");
      await sees(page, ".step-card", "A step is shown here while a run goes on.");
      await sees(page, ".speedup", "It is known while a run goes on");
      await sees(page, ".faults", "Nothing went wrong.");
      play(server, [...waiting, ...training]);
      await sees(
        page,
        ".workers tr",
        /anvil\s*Deno, native, 8 threads\s*Working\s*seen just now\s*[\d,]+\s*[\d,]+\s*6\d\.\d %\s*0\.21 ms.*\d\d % computing, \d % sending, \d\d % waiting/,
      );
      await sees(
        page,
        ".workers tr",
        /cedar \(Firefox\).*Left during step 1,420\s*It answered no ping for 16 s\.\s*last seen \d\d:\d\d:\d\d/,
      );
      await sees(page, ".workers", /2 here, 1 left, [\d,]+ samples\/s, \d\d % computing/);
      assertEquals(await page.locator(".workers tbody tr").count(), 3);
    }, { path });
  },
);

browserTest(
  "the view says who held a step up and why, in words and as bars, and holds a step to be read",
  async (browser) => {
    await using server = new PageServer();
    const { waiting, training } = script();
    await visit(browser, server, async (page) => {
      play(server, [...waiting, ...training]);
      await sees(
        page,
        ".step-card",
        /borealis held step 1,500 up by [\d.]+ ms: it computed for [\d.]+ ms, others for/,
      );
      const row = page.getByRole("row", { name: /borealis 2 leaves/ });
      assertEquals(await row.getByRole("cell").count(), 5);
      const widths = await row.locator("rect").evaluateAll((bars) =>
        bars.map((bar) => bar.getBoundingClientRect().width)
      );
      const whole = widths.reduce((sum, width) => sum + width, 0);
      // Sent for 0.1 of the step and computed for 0.66 of it; it was asked after 0.02.
      assert(Math.abs(widths[1] / whole - 0.66 / 0.98) < 0.01 && widths.length === 4, widths.join());
      await button(page, "Hold").click();
      const { workers, at } = training.at(-1)!;
      server.play({ at: at + 400, workers, pulse: pulse(1_600, 8, workers!) });
      await page.waitForTimeout(300);
      await sees(page, ".step-card", "borealis held step 1,500 up");
      await button(page, "Hold").click();
      server.play({ at: at + 800, workers, pulse: pulse(1_700, 8, workers!) });
      await sees(page, ".step-card", "borealis held step 1,700 up");
    }, { path });
  },
);

browserTest(
  "the view compares measured and predicted speed-up, and says which batch would hide the wire",
  async (browser) => {
    await using server = new PageServer();
    const { waiting, training } = script();
    await visit(browser, server, async (page) => {
      play(server, [...waiting, ...training]);
      await sees(page, ".speedup", /Measured\s*1\.57 ×\s*Predicted by the cost model\s*1\.77 ×/);
      await sees(page, ".speedup li", "24 % of a step is the wire; a batch of 250 would hide it.");
      await sees(page, ".speedup li", "11 % of a step is not in the model");
    }, { path });
  },
);

browserTest("a worker is dropped after a question, by who may control", async (browser) => {
  await using server = new PageServer();
  server.mayControl = true;
  const { waiting, training } = script();
  await visit(browser, server, async (page) => {
    play(server, [...waiting, ...training]);
    await button(page, "Drop anvil").click();
    const question = page.getByRole("dialog", { name: "Drop anvil?" });
    await question.getByRole("button", { name: "Cancel" }).click();
    assertEquals(server.commands, []);
    await button(page, "Drop anvil").click();
    await question.getByRole("button", { name: "Drop" }).click();
    await sees(page, ".control [role=status]", "Asked for the worker to be sent away.");
    assertEquals(server.commands, [{ type: "drop", worker: 1 }]);
    assertEquals(await button(page, "Drop cedar (Firefox)").count(), 0, "it has gone");
    const reason = "A person who controls the run sent this worker away";
    const at = Date.now();
    server.play({
      at,
      events: [
        { type: "workerRefused", at, name: "anvil", code: "dropped", reason },
        {
          type: "workerLeft",
          at,
          worker: { id: 1, name: "anvil", kind: "deno", kernels: "native", threads: 8 },
          reason,
          during: 1_501,
        },
      ],
    });
    await sees(
      page,
      ".control [role=status]",
      "anvil was refused: A person who controls the run sent this worker away.",
    );
    await sees(page, ".faults li", "anvil left during step 1,501");
  }, { path });
});

browserTest(
  "200 workers are summed up, ordered as the address says, and shown bit by bit; 1,000 faults are one line",
  async (browser) => {
    await using server = new PageServer();
    await visit(browser, server, async (page) => {
      await sees(page, ".pill", "Live");
      play(server, crowd(200));
      await sees(page, ".workers", /200 here, [\d,]+ samples\/s, 50 % computing/);
      const names = page.locator(".workers tbody .name");
      assertEquals(await names.count(), 20);
      assertEquals(await names.first().innerText(), "node-1");
      await page.getByLabel("Order").selectOption("Fastest first");
      await sees(page, ".workers tbody tr:first-child", "node-200");
      assertEquals(new URL(page.url()).searchParams.get("sort"), "fast");
      await page.locator(".workers").getByRole("button", { name: "Show more" }).click();
      await page.waitForFunction(() => document.querySelectorAll(".workers tbody tr").length === 120);
      await sees(page, ".workers", "80 more workers");
      assertEquals(await page.locator(".bars tbody tr").count(), 12);
      await page.locator(".step-card").getByRole("button", { name: "Show more" }).click();
      await page.waitForFunction(() => document.querySelectorAll(".bars tbody tr").length === 100);
      await sees(
        page,
        ".faults li",
        /node-7 was late 1,000 times, last in step 1,000\s*longest: no answer for 1 s/,
      );
      assertEquals(await page.locator(".faults li").count(), 1);
    }, { path });
  },
);

browserTest("one worker is told honestly: nothing to share, and it did the whole step", async (browser) => {
  await using server = new PageServer();
  await visit(browser, server, async (page) => {
    const news = crowd(1);
    for (const { pulse } of news) {
      Object.assign(pulse!.speedup!, { aloneMs: 7.1, fastest: "node-1", used: 1, workers: 1 });
    }
    play(server, news);
    await sees(page, ".step-card", "node-1 did the whole step: it computed for 4 ms.");
    await sees(
      page,
      ".speedup",
      /0\.89 ×\s*Predicted by the cost model\s*1\.00 ×\s*node-1 is alone: there is nothing to share\./,
    );
  }, { path });
});

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(
    `axe finds no fault with the ${colorScheme} cluster, and nothing is too wide`,
    async (browser) => {
      for (const width of [360, 1280, 1920]) {
        await using server = new PageServer();
        server.mayControl = true;
        const { waiting, training, end } = script();
        await visit(browser, server, async (page) => {
          play(server, [...waiting, ...training]);
          await sees(page, ".speedup", "Measured");
          assertEquals(await violations(page), []);
          assertEquals(await page.evaluate(() => document.documentElement.scrollWidth), width);
          server.play(end);
          await sees(page, ".workers", "Done");
          assertEquals(await violations(page), []);
        }, { colorScheme, path, viewport: { width, height: 800 } });
      }
    },
  );
}
