/** The page in a real browser, against a coordinator that plays a script: what a person sees. */
import { assertEquals } from "@std/assert";
import { VIEWS } from "../../packages/dashboard/page/views.ts";
import { buildDashboard } from "@tributary/dashboard/build";
import type { Page } from "playwright-core";
import { PARAMETERS_SHA256, script } from "./support/scripted_run.ts";
import { PageServer } from "./support/page_server.ts";
import { play, sees, violations, visit } from "./support/visit.ts";
import { browserTest, findChromium } from "../support/chromium.ts";

if (findChromium()) await buildDashboard();

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
    await sees(page, "[role=status]", /Training\s*3 workers are connected\./);
    await sees(page, ".pill", "Live");
    assertEquals(await page.title(), "Training · mnist-100 · Tributary");
  });
});

browserTest("the page shows loss, accuracy and progress, and that a worker was lost", async (browser) => {
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
    await sees(page, ".events li", /1 leaf of step 1,420 moved from cedar \(Firefox\) to anvil/);
    await sees(page, ".events li", /old-laptop was refused\s*Its arithmetic gives other bits/);
  });
});

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
            if (node instanceof Element && !node.closest(".events ol, .header-state")) {
              shifted.push(node.outerHTML);
            }
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

browserTest(
  "a skip link, seen while it has the focus, leads past the head in every view",
  async (browser) => {
    await using server = new PageServer();
    const { waiting } = script();
    for (const { name } of VIEWS) {
      await visit(browser, server, async (page) => {
        play(server, waiting);
        await page.locator("main").waitFor();
        const link = page.getByRole("link", { name: "Skip to the content" });
        const isSeen = () => link.evaluate((link) => getComputedStyle(link).clipPath === "none");
        assertEquals(await isSeen(), false);
        await page.keyboard.press("Tab");
        assertEquals(await isSeen(), true);
        await page.keyboard.press("Enter");
        assertEquals(await page.evaluate(() => document.activeElement?.tagName), "MAIN");
        assertEquals(await isSeen(), false);
        assertEquals(new URL(page.url()).hash, "");
      }, { path: `?view=${name}`, expected: [/status of 404/] }); // no model is served
    }
  },
);

browserTest(
  "the views are links: the address names the view, and the way back leads back",
  async (browser) => {
    await using server = new PageServer();
    const { waiting } = script();
    await visit(browser, server, async (page) => {
      play(server, waiting);
      const nav = page.getByRole("navigation", { name: "Views" });
      await nav.getByRole("link", { name: "Cluster" }).click();
      await page.getByRole("heading", { name: "Workers" }).waitFor();
      assertEquals(new URL(page.url()).search, "?view=cluster");
      assertEquals(await nav.locator("[aria-current=page]").innerText(), "Cluster");
      await page.goBack();
      await page.getByRole("heading", { name: "Loss" }).waitFor();
      await page.goForward();
      await page.reload();
      await page.getByRole("heading", { name: "Workers" }).waitFor();
    });
  },
);
