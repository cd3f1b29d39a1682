/** The page in a real browser, against a coordinator that plays a script: what a person sees. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { buildDashboard } from "@tributary/dashboard/build";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { PARAMETERS_SHA256, runEnded, scriptedRun } from "./dashboard_script.ts";
import { type News, PageServer } from "./dashboard_server.ts";
import { browserTest, findChromium } from "./support/chromium.ts";

/** Enough for the worker's loss at step 1,420, and three epochs. */
const STEPS = 1_500;

if (findChromium()) await buildDashboard();

/** The script: `waiting` is what comes before the first worker. */
function script(): { waiting: News[]; training: News[]; end: News } {
  const all = [...scriptedRun({ steps: STEPS, startAt: Date.now() - 60_000 })];
  const at = all.at(-1)!.at + 10;
  return { waiting: all.slice(0, 2), training: all.slice(2), end: { at, events: [runEnded(at)] } };
}

/** What must not happen on the page: errors, breaches of the Content-Security-Policy, requests elsewhere. */
function watchForComplaints(page: Page, url: string): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (new URL(request.url()).host !== new URL(url).host) complaints.push(`request to ${request.url()}`);
  });
  return complaints;
}

/** Opens the page in a browser profile of its own, and checks in the end that it gave no cause for complaint. */
async function visit(
  browser: Browser,
  server: PageServer,
  look: (page: Page) => Promise<void>,
  { path = "", expected = [], ...options }: BrowserContextOptions & { path?: string; expected?: RegExp[] } =
    {},
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints = watchForComplaints(page, server.url);
  await page.goto(server.url + path);
  await look(page);
  assertEquals(complaints.filter((text) => !expected.some((pattern) => pattern.test(text))), []);
  await context.close();
}

function play(server: PageServer, news: Iterable<News>): void {
  for (const item of news) server.play(item);
}

/** Waits until an element's text matches. */
async function sees(page: Page, selector: string, text: RegExp | string): Promise<void> {
  await page.locator(selector).filter({ hasText: text }).first().waitFor({ timeout: 5_000 });
}

browserTest("the page says what the run waits for, then that it trains", async (browser) => {
  await using server = new PageServer();
  const { waiting, training } = script();
  await visit(browser, server, async (page) => {
    await sees(page, ".status", /Waiting\s*The run has not started yet\./);
    play(server, waiting);
    await sees(page, "h1", "mnist-100");
    await sees(page, "[role=status]", /Waiting\s*No worker has joined yet; 1 is needed\./);
    await sees(page, ".details", /784 → 100 sigmoid → 10 sigmoid/);
    play(server, training.slice(0, 20));
    await sees(page, "[role=status]", /Training\s*Each step is shared among 3 workers\./);
    await sees(page, ".pill", "Live");
    assertEquals(await page.title(), "Training · mnist-100 · Tributary");
  });
});

browserTest("the page shows loss, accuracy, progress and workers, and why one was lost", async (browser) => {
  await using server = new PageServer();
  const { waiting, training } = script();
  await visit(browser, server, async (page) => {
    await sees(page, ".pill", "Live");
    play(server, [...waiting, ...training]);
    await sees(page, ".tile", /Workers\s*2\s*1 lost, 1 refused, 1 range moved/);
    await sees(page, ".tile", /Loss\s*0\.\d{4}\s*mean of about 39 steps/);
    await sees(page, ".tile", /Best accuracy\s*96\.51 %\s*validation, epoch 3, test 96\.34 %/);
    await sees(page, ".tile", /Samples per second\s*1\d,\d00\s*mean of the run 1\d,\d00/);
    const bar = "[role=progressbar][aria-valuenow='31'][aria-valuetext='Epoch 4 of 12, step 1,500 of 4,692']";
    await page.locator(bar).waitFor();
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
    await sees(page, ".events li", /1 leaf of step 1,420 moved from cedar \(Firefox\) to anvil/);
    await sees(page, ".events li", /old-laptop was refused\s*Its arithmetic gives other bits/);
  });
});

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
    });
  },
);

browserTest("a lost connection is said and mended, and no point is doubled", async (browser) => {
  await using server = new PageServer();
  const { waiting, training } = script();
  const expected = [/WebSocket connection to .* failed/];
  await visit(browser, server, async (page) => {
    const before = training.slice(0, 5);
    const steps = before.at(-1)!.steps!.step.at(-1)!;
    play(server, [...waiting, ...before]);
    await sees(page, ".progress-line", `step ${steps} of`);
    const events = await page.locator(".events li").count();
    server.isUp = false;
    server.disconnect();
    await sees(
      page,
      ".status",
      /Disconnected\s*What you see is what was last known\.\s*Trying again in \d+ s/,
    );
    await sees(page, ".pill", "Disconnected");
    server.isUp = true;
    await sees(page, ".pill", "Live");
    assertEquals(server.requests.length, 2);
    await sees(page, ".progress-line", `step ${steps} of`);
    assertEquals(await page.locator(".events li").count(), events);
    await assertPointsOnce(page, steps);
  }, { expected });
});

/** Walks over the loss chart by keyboard: from the last step, exactly `steps - 1` keys lead to the first. */
async function assertPointsOnce(page: Page, steps: number): Promise<void> {
  const plot = page.locator(".chart-loss .plot");
  const step = page.locator(".chart-loss .legend-x");
  await plot.focus();
  await page.keyboard.press("End");
  await sees(page, ".chart-loss .legend-x", `Step ${steps}`);
  for (let i = 1; i < steps; i++) await page.keyboard.press("ArrowLeft");
  assertEquals(await step.innerText(), "Step 1");
  await page.keyboard.press("ArrowLeft");
  assertEquals(await step.innerText(), "Step 1");
}

browserTest(
  "the end of the run shows the hash, copies it, and needs no connection any more",
  async (browser) => {
    await using server = new PageServer();
    const { waiting, training, end } = script();
    await visit(browser, server, async (page) => {
      play(server, [...waiting, ...training]);
      await sees(page, ".summary", /SHA-256 of the parameters\s*when the run ends/);
      server.play(end);
      await sees(page, "[role=status]", /Completed\s*All 12 epochs are done\./);
      server.isUp = false;
      server.disconnect();
      await sees(page, ".summary", PARAMETERS_SHA256);
      await sees(page, ".summary", "runs/2025-11-23T07-14-mnist-100");
      await page.getByRole("button", { name: "Copy the SHA-256" }).click();
      await sees(page, ".summary button", "Copied");
      assertEquals(await page.evaluate(() => navigator.clipboard.readText()), PARAMETERS_SHA256);
      await sees(page, ".pill", "Ended");
      assertEquals(server.requests.length, 1);
    }, { permissions: ["clipboard-read", "clipboard-write"] });
  },
);

browserTest("the token leaves the address at once, is sent, and outlives a reload", async (browser) => {
  await using server = new PageServer();
  await visit(browser, server, async (page) => {
    await sees(page, ".pill", "Live");
    assertEquals(page.url(), server.url);
    await page.reload();
    await sees(page, ".pill", "Live");
    assertEquals(server.requests.map((request) => request.token), ["s3cret", "s3cret"]);
  }, { path: "#token=s3cret" });
});

browserTest("a page that is refused says why and what to do, and does not try again", async (browser) => {
  await using server = new PageServer();
  server.refusal = "token";
  await visit(browser, server, async (page) => {
    await sees(
      page,
      "[role=status]",
      /Refused\s*.*the token is missing or wrong\. Open the link that it printed\./,
    );
    await page.waitForTimeout(600); // twice the first pause
    assertEquals(server.requests.map((request) => request.token), [null]);
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(
    `axe finds no fault with the ${colorScheme} page, while it waits and when it has ended`,
    async (browser) => {
      for (const width of [360, 1280]) {
        await using server = new PageServer();
        const { waiting, training, end } = script();
        await visit(browser, server, async (page) => {
          play(server, waiting);
          await sees(page, "[role=status]", "Waiting");
          assertEquals(await violations(page), []);
          play(server, [...training, end]);
          await sees(page, "[role=status]", "Completed");
          await sees(page, ".tile", "96.51 %");
          assertEquals(await violations(page), []);
        }, { colorScheme, viewport: { width, height: 800 } });
      }
    },
  );
}

/** What axe-core says, with the elements. The script is evaluated by the debugger, which the CSP does not bind. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

browserTest("nothing is wider than the window at 360, 1280 and 1920 px", async (browser) => {
  for (const width of [360, 1280, 1920]) {
    await using server = new PageServer();
    const { waiting, training, end } = script();
    await visit(browser, server, async (page) => {
      play(server, [...waiting, ...training, end]);
      await sees(page, "[role=status]", "Completed");
      assertEquals(await page.evaluate(() => document.documentElement.scrollWidth), width);
    }, { viewport: { width, height: 800 } });
  }
});

browserTest("a narrower window makes the charts narrower", async (browser) => {
  await using server = new PageServer();
  const { waiting, training } = script();
  await visit(browser, server, async (page) => {
    play(server, [...waiting, ...training]);
    await sees(page, "[role=status]", "Training");
    await page.setViewportSize({ width: 400, height: 800 });
    await page.waitForFunction(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      const plots = [...document.querySelectorAll<HTMLElement>(".plot")];
      return scrollWidth === clientWidth && plots.every((plot) => plot.scrollWidth <= plot.clientWidth);
    });
  });
});

browserTest("what comes in moves nothing that is already there", async (browser) => {
  await using server = new PageServer();
  const { waiting, training, end } = script();
  await visit(browser, server, async (page) => {
    play(server, waiting);
    await sees(page, "[role=status]", "Waiting");
    await page.evaluate(() => {
      const shifted: string[] = [];
      Object.assign(globalThis, { shifted });
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          for (const { node } of (entry as unknown as { sources: { node: Node | null }[] }).sources) {
            if (node instanceof Element && !node.closest(".events ol, .pill")) shifted.push(node.outerHTML);
          }
        }
      }).observe({ type: "layout-shift" });
    });
    play(server, [...training, end]);
    await sees(page, ".tile", "96.51 %");
    await page.waitForTimeout(300); // shifts are told a frame later
    // New events stand above the older ones, and the state's pill is set flush right and grows to the left; nothing else may move.
    assertEquals(await page.evaluate(() => (globalThis as unknown as { shifted: string[] }).shifted), []);
  }, { viewport: { width: 1280, height: 1_600 } });
});

browserTest("a change of the colour scheme recolours the charts", async (browser) => {
  await using server = new PageServer();
  const { waiting, training } = script();
  await visit(browser, server, async (page) => {
    play(server, [...waiting, ...training]);
    await sees(page, "[role=status]", "Training");
    await page.waitForFunction(hasPixels, "4f5bd5");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.waitForFunction(hasPixels, "8b95f6");
  }, { colorScheme: "light" });
});

/** Runs in the page: whether the loss chart has a pixel of this colour (six hex digits). */
function hasPixels(color: string): boolean {
  const canvas = document.querySelector<HTMLCanvasElement>(".chart-loss canvas")!;
  const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
  const [red, green, blue] = [0, 2, 4].map((start) => parseInt(color.slice(start, start + 2), 16));
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] === red && data[i + 1] === green && data[i + 2] === blue) return true;
  }
  return false;
}
