/** The view of runs, in a real browser, with a history in a real file: what a person sees and gets. */
import { assert, assertEquals } from "@std/assert";
import { buildDashboard } from "@tributary/dashboard/build";
import { unpackSteps } from "@tributary/protocol";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { PastRuns } from "./support/past_runs.ts";
import { script } from "./support/scripted_run.ts";
import { PageServer } from "./support/page_server.ts";
import { play, sees, violations, visit } from "./support/visit.ts";
import { browserTest, findChromium } from "../support/chromium.ts";

if (findChromium()) await buildDashboard();

const DAY_MS = 86_400_000;
const NOW = Date.now();

/** Three runs, and nobody who directs one. */
async function threeRuns(server: PageServer): Promise<PastRuns> {
  const past = server.pastRuns = await PastRuns.make();
  server.refusal = "no-run";
  await past.add({ startedAt: NOW - 3 * DAY_MS, steps: 800 });
  await past.add({
    startedAt: NOW - 2 * DAY_MS,
    steps: 1_200,
    worse: -0.01,
    changes: { name: "momentum", seed: 4, optimiser: { type: "momentum", learningRate: 0.1, momentum: 0.9 } },
  });
  await past.add({
    startedAt: NOW - DAY_MS,
    steps: 400,
    worse: 0.2,
    ending: "interrupted",
    changes: { name: "slow" },
  });
  return past;
}

/** Names in the table, from its top. */
async function names(page: Page): Promise<string[]> {
  return await page.locator(".runs tbody tr .name").allInnerTexts();
}

/** Waits until the table has these rows. */
async function seesRuns(page: Page, wanted: string[]): Promise<void> {
  const deadline = performance.now() + 5_000;
  while ((await names(page)).join() !== wanted.join()) {
    if (performance.now() > deadline) assertEquals(await names(page), wanted);
    await page.waitForTimeout(20);
  }
}

const row = (page: Page, name: string) => page.getByRole("row").filter({ hasText: name });

browserTest("with no run going the page opens on the history, and says so", async (browser) => {
  await using server = new PageServer();
  await using _past = await threeRuns(server);
  await visit(browser, server, async (page) => {
    await seesRuns(page, ["slow", "momentum", "mnist-100"]);
    await sees(page, ".pill", "No run");
    await sees(page, "h1", "Earlier runs");
    await sees(page, ".runs-foot", "3 runs");
    assertEquals(await page.title(), "No run · Tributary");
    const cells = (name: string) => row(page, name).getByRole("cell").allInnerTexts();
    assertEquals((await cells("momentum")).slice(1, 9).map((text) => text.replaceAll(/\s+/g, " ")), [
      "Completed",
      new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" }).format(NOW - 2 * DAY_MS),
      "3 of 12",
      "97.51 %",
      "97.34 %",
      "0.4000",
      "16,100",
      "3",
    ]);
    assertEquals((await cells("slow"))[1].trim(), "Interrupted");
    for (const view of ["Overview", "Cluster", "Network"]) {
      await page.getByRole("link", { name: view }).click();
      await sees(page, ".status", /No run\s*No run is going on here\. Earlier ones are listed under Runs\./);
      const words = await page.locator("main").innerText();
      assert(!/No step yet|none lost|worker/i.test(words), words);
      assertEquals(await violations(page), []);
    }
    await page.getByRole("link", { name: "Show the earlier runs" }).click();
    await seesRuns(page, ["slow", "momentum", "mnist-100"]);
  });
});

browserTest("runs are found by words and sorted by columns, and a reload shows the same", async (browser) => {
  await using server = new PageServer();
  await using _past = await threeRuns(server);
  await visit(browser, server, async (page) => {
    await seesRuns(page, ["slow", "momentum", "mnist-100"]);
    await page.getByRole("button", { name: "Validation" }).click();
    await seesRuns(page, ["momentum", "mnist-100", "slow"]);
    await page.getByRole("button", { name: "Validation" }).click();
    await seesRuns(page, ["slow", "mnist-100", "momentum"]);
    assertEquals(
      await page.getByRole("columnheader", { name: "Validation" }).getAttribute("aria-sort"),
      "ascending",
    );
    await page.getByRole("searchbox", { name: "Search runs" }).fill("MNIST complete");
    await seesRuns(page, ["mnist-100", "momentum"]);
    await sees(page, ".runs-foot", "2 of 3 runs");
    await page.reload();
    await seesRuns(page, ["mnist-100", "momentum"]);
    assertEquals(await page.getByRole("searchbox", { name: "Search runs" }).inputValue(), "MNIST complete");
    await page.getByRole("searchbox", { name: "Search runs" }).fill("nothing like it");
    await sees(page, ".runs .none", "No run has all of these words.");
  });
});

browserTest(
  "a run is renamed in its place, with the keyboard alone; Escape leaves it as it is",
  async (browser) => {
    await using server = new PageServer();
    await using past = await threeRuns(server);
    await visit(browser, server, async (page) => {
      await seesRuns(page, ["slow", "momentum", "mnist-100"]);
      await page.getByRole("button", { name: "Rename slow" }).focus();
      await page.keyboard.press("Enter");
      const field = page.getByRole("textbox", { name: "New name of slow" });
      await field.waitFor();
      assert(await field.evaluate((element) => element === document.activeElement));
      await page.keyboard.type("the slow one");
      await page.keyboard.press("Enter");
      await sees(page, ".runs-notice", "“slow” is now called “the slow one”.");
      await seesRuns(page, ["the slow one", "momentum", "mnist-100"]);
      assertEquals(past.runs.summary(3)!.name, "the slow one");
      await page.getByRole("button", { name: "Rename momentum" }).click();
      const other = page.getByRole("textbox", { name: "New name of momentum" });
      await other.fill("other");
      await other.press("Escape");
      await seesRuns(page, ["the slow one", "momentum", "mnist-100"]);
      assertEquals(past.runs.summary(2)!.name, "momentum");
      assertEquals(past.asked.filter((asked) => asked.startsWith("PATCH")), ["PATCH /runs/3"]);
    });
  },
);

browserTest(
  "a deleted run is gone at once, and comes back by Undo, or later from those that are deleted",
  async (browser) => {
    await using server = new PageServer();
    await using past = await threeRuns(server);
    await visit(browser, server, async (page) => {
      await page.getByRole("button", { name: "Delete momentum" }).click();
      await seesRuns(page, ["slow", "mnist-100"]);
      await sees(page, ".runs-notice", "“momentum” is deleted. Its folder stays as it is.");
      await page.getByRole("button", { name: "Undo" }).click();
      await seesRuns(page, ["slow", "momentum", "mnist-100"]);
      assertEquals(past.runs.summary(2)!.deletedAt, null);
      await sees(page, ".runs-notice", "“momentum” is back.");
      await sees(page, ".runs .name:focus", "momentum");
      await page.getByRole("button", { name: "Close" }).press("Enter");
      await sees(page, "h2:focus", "Runs");
      await page.getByRole("button", { name: "Delete slow" }).click();
      await seesRuns(page, ["momentum", "mnist-100"]);
      await page.reload();
      await page.getByRole("button", { name: "1 deleted run" }).click();
      await seesRuns(page, ["slow"]);
      await sees(page, "h2", "Deleted runs");
      await page.getByRole("button", { name: "Restore slow" }).click();
      await page.getByRole("button", { name: "Back to all runs" }).click();
      await seesRuns(page, ["slow", "momentum", "mnist-100"]);
    });
  },
);

browserTest(
  "a page without the token to control looks on, and is told how to come by it",
  async (browser) => {
    await using server = new PageServer();
    await using past = await threeRuns(server);
    past.mayEdit = false;
    await visit(browser, server, async (page) => {
      await seesRuns(page, ["slow", "momentum", "mnist-100"]);
      await sees(
        page,
        ".runs-foot",
        "To rename or delete runs, open the link behind “Page:” that was printed.",
      );
      assertEquals(await page.getByRole("button", { name: /Rename|Delete/ }).count(), 0);
    });
  },
);

browserTest(
  "chosen runs are compared: curves in one chart, and only what differs; a link shows the same",
  async (browser) => {
    await using server = new PageServer();
    await using _past = await threeRuns(server);
    await visit(browser, server, async (page) => {
      await sees(page, ".compare-hint", "Choose runs by the boxes in front of them");
      await page.getByRole("checkbox", { name: "Compare mnist-100" }).check();
      await sees(page, ".differences", "Choose another run.");
      await page.getByRole("checkbox", { name: "Compare momentum" }).check();
      const look = async () => {
        await sees(page, ".chart-accuracy .legend", /mnist-100\s*95\.76 %\s*momentum\s*97\.51 %/);
        await sees(page, ".chart-loss .legend", /mnist-100\s*0\.\d{4}\s*momentum\s*0\.\d{4}/);
        await sees(page, ".chart-loss .chart-foot", /of 2,000 points|All 2,000 points/);
        const table = page.locator(".differences tbody tr");
        assertEquals((await table.allInnerTexts()).map((text) => text.split(/\s*[\t\n]\s*/)), [
          ["optimiser.type", '"sgd"', '"momentum"'],
          ["optimiser.learningRate", "0.5", "0.1"],
          ["seed", "1", "4"],
          ["optimiser.momentum", "–", "0.9"],
        ]);
      };
      await look();
      await page.getByRole("radio", { name: "Test" }).check({ force: true });
      await sees(page, ".chart-accuracy .legend", /mnist-100\s*95\.59 %\s*momentum\s*97\.34 %/);
      await page.reload();
      await look();
      await page.getByRole("button", { name: "Compare none" }).click();
      await sees(page, ".compare-hint", "Choose runs by the boxes");
    });
  },
);

browserTest(
  "an earlier run is shown by all views while the live one goes on, and nothing of that one is lost",
  async (browser) => {
    await using server = new PageServer();
    await using past = await threeRuns(server);
    server.refusal = null;
    const live = script();
    await visit(browser, server, async (page) => {
      play(server, [...live.waiting, ...live.training.slice(0, 10)]);
      await sees(page, ".pill", "Live");
      await page.getByRole("link", { name: "Runs", exact: true }).click();
      await page.getByRole("link", { name: "momentum" }).click();
      await sees(page, "h1", "momentum");
      await sees(page, ".pill", "Recorded");
      await sees(page, ".status", /Completed\s*All 12 epochs are done\./);
      await sees(page, ".progress-line", "step 1,200 of");
      await sees(page, ".tile", /Best accuracy\s*97\.51 %\s*validation, epoch 3, test 97\.34 %/);
      await sees(page, ".shown-bar", "You are looking at the recorded run “momentum”.");
      await sees(page, ".events li", /Epoch 3: test 97\.34 %/);
      assertEquals(await page.locator(".control").count(), 0);
      await page.getByRole("link", { name: "Cluster" }).click();
      await sees(page, ".workers tr", /anvil\s*Deno, native, 8 threads\s*Done/);
      await sees(page, ".workers .note", /^3 at the end/);
      await sees(page, ".step-card", "The history keeps no steps in such detail");
      assertEquals(await page.getByRole("button", { name: /Hold|Drop/ }).count(), 0);
      await page.getByRole("link", { name: "Network" }).click();
      await sees(page, ".layers", /dense 784 → 100, sigmoid|100/);
      play(server, live.training.slice(10));
      await page.getByRole("link", { name: "Back to the live run" }).click();
      await sees(page, "h1", "mnist-100");
      await sees(page, ".progress-line", "step 1,500 of");
      await sees(page, ".pill", "Live");
      await page.goBack();
      await sees(page, ".pill", "Recorded");
      past.asked.length = 0;
      await page.goto(`${server.url}?run=77`);
      await sees(page, ".status", /Not found\s*There is no such run in the history\./);
    }, { expected: [/status of 404/] });
  },
);

/** Presses a button, and gives the text of the file that is saved. */
async function saved(page: Page, button: string): Promise<{ name: string; path: string; text: string }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button }).click(),
  ]);
  const path = await download.path();
  return { name: download.suggestedFilename(), path, text: await Deno.readTextFile(path) };
}

browserTest(
  "all points of a run are saved as CSV and as JSON lines, with the values that were recorded",
  async (browser) => {
    await using server = new PageServer();
    await using past = await threeRuns(server);
    const steps = unpackSteps(past.runs.steps(2, 0)!.bytes);
    await visit(browser, server, async (page) => {
      await sees(page, ".progress-line", "step 1,200 of");
      await page.getByRole("link", { name: "Runs", exact: true }).click();
      await sees(page, ".save h2", "Save “momentum”");
      const csv = await saved(page, "Steps as CSV");
      assertEquals(csv.name, "momentum-steps.csv");
      const [head, ...rows] = csv.text.trimEnd().split("\n").map((line) => line.split(","));
      assertEquals(head, ["step", "loss", "accuracy", "samples", "ms", "at"]);
      assertEquals(rows.length, 1_200);
      head.forEach((name, column) =>
        assertEquals(rows.map((row) => Number(row[column])), steps[name as keyof typeof steps])
      );
      const epochs = (await saved(page, "Epochs as CSV")).text.trimEnd().split("\n");
      assertEquals(epochs.length, 4);
      const lines = (await saved(page, "All as JSON lines")).text.trimEnd().split("\n").map((line) =>
        JSON.parse(line)
      );
      const told = lines.filter(({ type }) => type === "step");
      assertEquals(told.map(({ loss }) => loss), steps.loss);
      assertEquals(told.map(({ at }) => at), steps.at);
      const events = past.runs.events(2, 0)!.update.events;
      assertEquals(lines.filter(({ type }) => type !== "step"), JSON.parse(JSON.stringify(events)));
    }, { path: "?run=2" });
  },
);

/** Opens a file in a browser profile that is offline, and gives the requests that it made. */
async function openFile(
  browser: Browser,
  path: string,
  look: (page: Page) => Promise<void>,
): Promise<string[]> {
  const context = await browser.newContext({ offline: true });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  const { href } = pathToFileURL(path);
  page.on("request", (request) => {
    if (!request.url().startsWith(href) && !request.url().startsWith("data:,")) requests.push(request.url());
  });
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(href);
  await look(page);
  assertEquals(complaints, []);
  await context.close();
  return requests;
}

browserTest(
  "one HTML file shows the whole run from a disk, with the same figures and without a request",
  async (browser) => {
    await using server = new PageServer();
    await using past = await threeRuns(server);
    const folder = await Deno.makeTempDir({ prefix: "tributary-file-" });
    const file = join(folder, "run.html");
    let figures = "";
    const FIGURES = ".status, .tile, .progress-line, .legend, .chart-foot, .events li, .details";
    const look = async (page: Page) => {
      await sees(page, ".progress-line", "step 1,200 of");
      await sees(page, ".chart-accuracy .legend", "97.51 %");
      await sees(page, ".chart-throughput .legend", /mean\s*\d/);
      await sees(page, ".tile", /Best accuracy\s*97\.51 %/);
      await sees(page, ".tile", /Loss\s*\d/);
      return (await page.locator(FIGURES).allInnerTexts()).join("\n");
    };
    await visit(browser, server, async (page) => {
      figures = await look(page);
      await page.getByRole("link", { name: "Runs", exact: true }).click();
      const { name, path } = await saved(page, "One HTML file");
      assertEquals(name, "momentum.html");
      await Deno.copyFile(path, file);
    }, { path: "?run=2" });
    const requests = await openFile(browser, file, async (page) => {
      await sees(page, ".pill", "Recorded");
      assertEquals(await look(page), figures);
      await sees(page, ".shown-bar", "This file shows a recorded run.");
      const views = await page.getByRole("navigation", { name: "Views" }).getByRole("link").allInnerTexts();
      assertEquals(views, ["Overview", "Cluster", "Network", "Runs"]);
      await page.getByRole("link", { name: "Cluster" }).click();
      await sees(page, ".workers tr", /anvil\s*Deno, native, 8 threads/);
      await page.getByRole("link", { name: "Runs", exact: true }).click();
      const csv = await saved(page, "Steps as CSV");
      const { loss } = unpackSteps(past.runs.steps(2, 0)!.bytes);
      assertEquals(csv.text.trimEnd().split("\n").slice(1).map((line) => Number(line.split(",")[1])), loss);
      assertEquals(await violations(page), []);
    });
    assertEquals(requests, []);
    await Deno.remove(folder, { recursive: true });
  },
);

browserTest("1,000 runs are all found, and 100 rows are made until more are asked for", async (browser) => {
  await using server = new PageServer();
  await using past = await threeRuns(server);
  past.addCopies(997);
  await visit(browser, server, async (page) => {
    await sees(page, ".runs-foot", "The first 100 of 1,000 runs");
    assertEquals(await page.locator(".runs tbody tr").count(), 100);
    await page.getByRole("button", { name: "Show more" }).click();
    assertEquals(await page.locator(".runs tbody tr").count(), 200);
    await page.getByRole("searchbox").fill("copy-777");
    await seesRuns(page, ["copy-777"]);
    await sees(page, ".runs-foot", "1 of 1,000 runs");
  });
});

browserTest("a history that cannot be read is said, and asked for again", async (browser) => {
  await using server = new PageServer();
  await using past = await threeRuns(server);
  past.isDown = true;
  await visit(browser, server, async (page) => {
    await sees(page, ".runs .none", "The history cannot be used now");
    past.isDown = false;
    await seesRuns(page, ["slow", "momentum", "mnist-100"]);
  }, { path: "?view=runs", expected: [/status of 503/] });
});

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(`axe finds nothing in the view of runs, ${colorScheme}`, async (browser) => {
    await using server = new PageServer();
    await using _past = await threeRuns(server);
    await visit(browser, server, async (page) => {
      await sees(page, ".chart-accuracy .legend", "97.51 %");
      await page.getByRole("button", { name: "Delete slow" }).click();
      await sees(page, ".runs-notice", "is deleted");
      assertEquals(await violations(page), []);
      await page.getByRole("button", { name: "Rename momentum" }).click();
      assertEquals(await violations(page), []);
      await page.goto(`${server.url}?run=2`);
      await sees(page, ".progress-line", "step 1,200 of");
      assertEquals(await violations(page), []);
    }, { path: "?view=runs&compare=1,2,3", colorScheme });
    await visit(browser, server, async (page) => {
      await sees(page, ".chart-accuracy .legend", "97.51 %");
      assertEquals(await violations(page), []);
      const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
      assertEquals(scrollWidth, clientWidth);
    }, { path: "?view=runs&compare=1,2", colorScheme, viewport: { width: 360, height: 740 } });
  });
}
