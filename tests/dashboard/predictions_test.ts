/**
 * The view of the predictions in a real browser, against a real coordinator and real digits. The oracles are `deno task evaluate`
 * on the saved model, and core with the parameters that the coordinator serves.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { openWorkspace, planModel, predict } from "@tributary/core";
import { buildDashboard } from "@tributary/dashboard/build";
import type { RunDescription } from "@tributary/protocol";
import type { Page } from "playwright-core";
import { loadDataSet } from "../../packages/coordinator/data_sources/load_data_set.ts";
import { loadModel } from "../../packages/coordinator/storage/model_folder.ts";
import { predictWith } from "../../packages/coordinator/storage/saved_model.ts";
import { browserTest, findChromium } from "../support/chromium.ts";
import { type PrintedLinks, printedLinks } from "../support/join_links.ts";
import { RunningTask, runTask } from "../support/processes.ts";
import { SmallRun } from "../support/small_run.ts";
import { wasm } from "../support/toy.ts";
import { PageServer } from "./support/page_server.ts";
import { PastRuns } from "./support/past_runs.ts";
import { sees, violations, visit } from "./support/visit.ts";

if (findChromium()) await buildDashboard();

const DIGITS: Partial<RunDescription> = {
  dataset: "mnist",
  model: {
    input: [28, 28],
    layers: [
      { type: "dense", units: 30, activation: "sigmoid" },
      { type: "dense", units: 10, activation: "softmax" },
    ],
    loss: "logLikelihood",
    initialiser: "scaled",
  },
  batchSize: 10,
  epochs: 2,
};
const VIEW = "?view=predictions";

/** A coordinator that waits for its first worker: its model is the initial one, and stays so. */
async function start(
  run: SmallRun,
): Promise<{ task: RunningTask; links: PrintedLinks; server: { url: string } }> {
  const task = RunningTask.start("coordinator", [run.path, "--port", "0", "--json"]);
  const links = await printedLinks(task);
  return { task, links, server: { url: `http://127.0.0.1:${links.port}/` } };
}

/** The numbers of the matrix, row by row. */
function matrixOn(page: Page): Promise<number[][]> {
  return page.locator(".matrix tbody tr").evaluateAll((rows) =>
    rows.map((row) =>
      [...row.querySelectorAll("[data-cell]")].map(({ textContent }) => Number(textContent) || 0)
    )
  );
}

/** The 28 x 28 bytes that the network sees, as the page shows them. */
async function seenOn(page: Page): Promise<Uint8Array> {
  const bytes = await page.locator(".seen canvas").evaluate((canvas: HTMLCanvasElement) =>
    [...canvas.getContext("2d")!.getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0)
  );
  return Uint8Array.from(bytes);
}

/** All outputs, as f32. */
async function outputsOn(page: Page): Promise<Float32Array> {
  const values = await page.locator(".bars data").evaluateAll((all) =>
    all.map((data) => data.getAttribute("value"))
  );
  return Float32Array.from(values, Number);
}

/** A stroke of the mouse through places of the pad, each from 0 to 1. */
async function draw(page: Page, ...places: [x: number, y: number][]): Promise<void> {
  const pad = page.locator("#pad");
  await pad.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await pad.boundingBox())!;
  const [first, ...others] = places.map(([left, top]) => [x + width * left, y + height * top] as const);
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const place of others) await page.mouse.move(...place, { steps: 12 });
  await page.mouse.up();
}

/** The samples of the chosen cell, on all pages. */
async function samplesShown(page: Page): Promise<number> {
  let shown = 0;
  for (;;) {
    shown += await page.locator(".samples li").count();
    const next = page.getByRole("button", { name: "Next" });
    if (await next.isDisabled()) return shown;
    const text = await page.locator(".pages span").innerText();
    await next.click();
    await page.waitForFunction((text) => document.querySelector(".pages span")!.textContent !== text, text);
  }
}

browserTest(
  "the page shows the model that the run ended with, as evaluate and core do, after the coordinator has gone",
  async (browser) => {
    await using run = await SmallRun.make(DIGITS);
    const { task, links, server } = await start(run);
    await using _ = task;
    await visit(browser, server, async (page) => {
      await sees(page, ".matrix-card", "The model after 0 steps, on 2,000 test samples.");
      const late = await page.context().newPage();
      await late.goto(server.url);
      await sees(late, ".pill", "Live");
      await page.bringToFront();
      await using worker = RunningTask.start("worker", [links.link]);
      await page.locator(".look-now", { hasText: "This is the model that the run ended with." }).waitFor({
        timeout: 30_000,
      });
      await sees(page, ".matrix-card", "The model after 1,600 steps, on 2,000 test samples.");
      const { stdout, stderr } = await task.finished();
      await worker.finished();
      const { savedTo, testAccuracy } = JSON.parse(stdout);

      const report = await runTask("evaluate", [savedTo, "--json"]);
      const evaluated = JSON.parse(report.stdout);
      const matrix = await matrixOn(page);
      assertEquals(matrix, evaluated.confusion, stderr);
      assertEquals(evaluated.accuracy, testAccuracy);
      await sees(page, ".look-numbers", `${(100 * testAccuracy).toFixed(2)} %`);
      await sees(page, ".gallery-card", `${2_000 - Math.round(2_000 * testAccuracy)} mistakes`);

      const [label, answer] = mostFrequentMistake(matrix);
      await page.locator(`[data-cell="${label}-${answer}"]`).click();
      const count = matrix[label][answer];
      await sees(
        page,
        "#gallery-title",
        new RegExp(`^${count} samples? of ${label}, answered as ${answer}$`),
      );
      assertEquals(await samplesShown(page), count);
      await page.locator(`[data-cell="${label}-${label}"]`).click();
      await sees(
        page,
        "#gallery-title",
        new RegExp(`^${matrix[label][label]} samples of ${label}, answered correctly$`),
      );
      assertEquals(await samplesShown(page), matrix[label][label]);

      await draw(page, [0.55, 0.15], [0.5, 0.5], [0.45, 0.85]);
      await sees(page, ".said-answer", /^1 9\d\.\d %$/);
      await sees(page, ".said", "The model after step 1,600.");
      const model = await loadModel(savedTo);
      assertEquals(await outputsOn(page), predictWith(model, await seenOn(page)));

      await late.getByRole("link", { name: "Predictions" }).click();
      await sees(
        late,
        ".look-now",
        /The run ended before this page had fetched its last model.*deno task evaluate/,
      );
    }, { path: VIEW, expected: [/ERR_CONNECTION_REFUSED/] });
  },
);

function mostFrequentMistake(matrix: number[][]): [label: number, answer: number] {
  let best: [number, number] = [0, 1];
  matrix.forEach((row, label) =>
    row.forEach((count, answer) => {
      if (label !== answer && count > matrix[best[0]][best[1]]) best = [label, answer];
    })
  );
  return best;
}

browserTest(
  "by keyboard: from cell to cell, into the samples behind one and back; the address keeps the cell",
  async (browser) => {
    await using run = await SmallRun.make(DIGITS);
    const { task, server } = await start(run);
    await using _ = task;
    await visit(browser, server, async (page) => {
      const first = page.locator("[data-cell='0-0']");
      await first.focus();
      for (
        const key of ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "End", "ArrowRight", "ArrowLeft"]
      ) {
        await page.keyboard.press(key);
      }
      const focused = page.locator(":focus");
      assertEquals(await focused.getAttribute("data-cell"), "2-8");
      assertMatch((await focused.getAttribute("aria-label"))!, /^Label 2, answered as 8: \d+, \d+\.\d %$/);
      await page.keyboard.press("Enter");
      await sees(page, "#gallery-title:focus", /samples? of 2, answered as 8$/);
      await page.keyboard.press("Escape");
      assertEquals(await page.locator(":focus").getAttribute("data-cell"), "2-8");
      assertEquals(await page.locator("[aria-selected=true]").getAttribute("data-cell"), "2-8");
      assertEquals(new URL(page.url()).search, "?view=predictions&cell=2-8");
      await page.reload();
      await sees(page, "#gallery-title", /samples? of 2, answered as 8$/);
      await page.getByRole("button", { name: "All mistakes" }).click();
      await sees(page, "#gallery-title", "Worst mistakes");
      await page.getByRole("button", { name: "Next" }).click();
      await sees(page, ".pages", "Page 2 of");
      assertEquals(new URL(page.url()).search, "?view=predictions&page=2");
    }, { path: VIEW });
  },
);

/** Core's outputs with the parameters that the coordinator serves at this moment. */
async function outputsOfCore(
  run: SmallRun,
  { url }: { url: string },
  input: Uint8Array,
): Promise<Float32Array> {
  const parameters = new Float32Array(await (await fetch(`${url}parameters`)).arrayBuffer());
  const plan = planModel(run.description.model);
  const { network } = openWorkspace({ plan, samplesMax: 1, dataSet: null, kernels: wasm("exact") });
  network.kernels.memory.floats.set(parameters, network.layout.parameters);
  return predict(network, input);
}

browserTest(
  "by keyboard: the pen of the arrow keys draws, takes back and clears, and the model answers to the bit",
  async (browser) => {
    await using run = await SmallRun.make(DIGITS);
    const { task, server } = await start(run);
    await using _ = task;
    await visit(browser, server, async (page) => {
      await sees(page, ".seen", "28 × 28 pixels; nothing yet.");
      await page.locator("#pad").focus();
      for (let i = 0; i < 2; i++) await page.keyboard.press("Shift+ArrowUp");
      await page.keyboard.press("Space");
      for (let i = 0; i < 4; i++) await page.keyboard.press("Shift+ArrowDown");
      await page.keyboard.press("Space");
      await sees(page, ".said-answer", /^\d \d+\.\d %$/);
      const line = await seenOn(page);
      // 18.5 units high and 2.5 wide, scaled to 20 and 2.7, which is 3.
      assertEquals(line.filter((byte) => byte > 127).length, 3 * 20);
      assertEquals(await outputsOn(page), await outputsOfCore(run, server, line));
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Space");
      await page.keyboard.press("Shift+ArrowRight");
      await page.keyboard.press("Space");
      await page.waitForFunction(() => document.querySelectorAll("#pad polyline").length === 2);
      await page.keyboard.press("Backspace");
      await page.waitForFunction(() => document.querySelectorAll("#pad polyline").length === 1);
      assertEquals(await seenOn(page), line);
      await page.keyboard.press("Delete");
      await sees(page, ".seen", "nothing yet.");
      await sees(page, ".said-answer", "–");
    }, { path: VIEW });
  },
);

browserTest(
  "a sample that is chosen is asked about as it is, and moved by the arrow keys",
  async (browser) => {
    await using run = await SmallRun.make(DIGITS);
    const { task, server } = await start(run);
    await using _ = task;
    const { test } = await loadDataSet("mnist");
    await visit(browser, server, async (page) => {
      const sample = page.locator(".sample").first();
      const [, label, answer] = (await sample.innerText()).match(/(\d) as (\d)/)!;
      await sample.click();
      await sees(page, ".seen", `Label ${label}.`);
      await sees(page, ".said-answer b", answer);
      const seen = await seenOn(page);
      assertEquals(await outputsOn(page), await outputsOfCore(run, server, seen));
      const known = [...test.labels.keys()].find((s) =>
        test.labels[s] === Number(label) && seen.every((byte, i) => byte === test.inputs[784 * s + i])
      );
      assert(known !== undefined, "the picture is none of the test samples");
      await page.keyboard.press("ArrowDown");
      await sees(page, ".seen", `Label ${label}, moved by 0 to the right and 1 down.`);
      const moved = await seenOn(page);
      assertEquals(moved.subarray(28), seen.subarray(0, 27 * 28));
      await page.waitForFunction(
        (before) => document.querySelector(".bars data")!.getAttribute("value") !== before,
        String((await outputsOfCore(run, server, seen))[0]),
      );
      assertEquals(await outputsOn(page), await outputsOfCore(run, server, moved));
    }, { path: VIEW });
  },
);

/** Makes the page believe that it is hidden or shown; headless browsers never hide one by themselves. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}

/** Waits until the step that a text tells is larger than `step`. */
async function tellsLaterStep(page: Page, selector: string, step: number): Promise<number> {
  const later = await page.waitForFunction(
    ({ selector, step }) => {
      const text = document.querySelector(selector)?.textContent ?? "";
      const told = Number(text.match(/[Tt]he model after (?:step )?([\d,]+)/)?.[1].replaceAll(",", ""));
      return told > step ? told : null;
    },
    { selector, step },
    { timeout: 20_000 },
  );
  return (await later.jsonValue())!;
}

browserTest(
  "while the run goes on, matrix and answer follow it by themselves, but not in a hidden tab",
  async (browser) => {
    await using run = await SmallRun.make({ ...DIGITS, epochs: 10_000 });
    await using task = RunningTask.start("train", [run.path, "--port", "0", "--workers", "1", "--json"]);
    const { port } = await printedLinks(task);
    const [, link] = await task.line(/^Page: (http:.*)$/);
    const server = { url: `http://127.0.0.1:${port}/` };
    await visit(browser, server, async (page) => {
      const looked = await tellsLaterStep(page, ".matrix-card", -1);
      await draw(page, [0.55, 0.15], [0.5, 0.5], [0.45, 0.85]);
      const answered = await tellsLaterStep(page, ".said", -1);
      await tellsLaterStep(page, ".said", answered);
      await tellsLaterStep(page, ".matrix-card", looked);

      let fetches = 0;
      page.on("request", (request) => fetches += Number(request.url().endsWith("/parameters")));
      await setHidden(page, true);
      const before = fetches;
      const further = page.locator(".look-now", { hasText: /The run is \d{1,3}(,\d{3})+ steps further\./ });
      await further.waitFor({ timeout: 30_000 });
      // An epoch has 800 steps: several ended, and what was on its way is through.
      await page.waitForFunction(() =>
        Number(document.querySelector(".look-now")!.textContent!.match(/[\d,]+/)?.[0].replaceAll(",", "")) >
          4_000
      );
      assert(fetches <= before + 1, `${fetches - before} fetches`);
      await setHidden(page, false);
      await tellsLaterStep(page, ".matrix-card", looked + 4_000);

      await page.getByRole("button", { name: "Pause", exact: true }).click();
      await sees(page, ".control [role=status]", /^The run is paused after step/);
      const status = await page.locator(".control [role=status]").innerText();
      const step = Number(status.match(/after step ([\d,]+)/)![1].replaceAll(",", "")).toLocaleString("en");
      await page.locator(".said", { hasText: `The model after step ${step}.` }).waitFor({ timeout: 10_000 });
      assertEquals(await outputsOn(page), await outputsOfCore(run, server, await seenOn(page)));
      await page.getByRole("button", { name: "Look now" }).click();
      await page.locator(".matrix-card", { hasText: `The model after ${step} steps` }).waitFor();
      await sees(page, ".look-now", "This is the model of this moment.");
      await sees(page, ".matrix-card [role=status]", /on 2,000 test samples\. Accuracy \d+\.\d\d %\./);
    }, { path: `${VIEW}${new URL(link).hash}` });
  },
);

browserTest("a finger draws without scrolling the page", async (browser) => {
  await using run = await SmallRun.make(DIGITS);
  const { task, server } = await start(run);
  await using _ = task;
  await visit(browser, server, async (page) => {
    const pad = page.locator("#pad");
    await pad.scrollIntoViewIfNeeded();
    await sees(page, ".seen", "28 × 28 pixels; nothing yet.");
    const { x, y, width, height } = (await pad.boundingBox())!;
    const scrolled = await page.evaluate(() => scrollY);
    const session = await page.context().newCDPSession(page);
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", at: number) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: type === "touchEnd" ? [] : [{ x: x + width / 2, y: y + height * at }],
      });
    await touch("touchStart", 0.2);
    for (let at = 0.25; at <= 0.8; at += 0.05) await touch("touchMove", at);
    await touch("touchEnd", 0.8);
    await sees(page, ".said-answer", /^\d \d+\.\d %$/);
    assert((await seenOn(page)).filter((byte) => byte > 127).length >= 40);
    assertEquals(await page.evaluate(() => scrollY), scrolled);
  }, { path: VIEW, hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } });
});

browserTest("a table of numbers has a matrix, rows to look into, and no pad", async (browser) => {
  await using run = await SmallRun.make();
  const { task, server } = await start(run);
  await using _ = task;
  await visit(browser, server, async (page) => {
    await sees(page, ".matrix-card", "on 200 test samples.");
    const matrix = await matrixOn(page);
    assertEquals([matrix.length, matrix.flat().reduce((sum, count) => sum + count, 0)], [3, 200]);
    const row = page.locator(".sample").first();
    assertMatch(
      await row.innerText(),
      /^\d+(, \d+){7} … \(16 numbers\)\s*\d as \d\s*\d+\.\d %\s*, loss [\d.]+$/,
    );
    await row.click();
    await sees(page, ".seen", /Label \d\./);
    assertEquals((await outputsOn(page)).length, 3);
    assertEquals(await page.locator("#pad").count(), 0);
    assertEquals(await violations(page), []);
  }, { path: VIEW });
});

/** Four columns of numbers, and a label in each of `classes` lines. */
function tableOf(classes: number): string {
  const line = (n: number) => [n % classes, n % 7, n % 11, n % 13].map((x) => x / 10).concat(n % classes);
  return ["a,b,c,d,label", ...Array.from({ length: 20 * classes }, (_, n) => line(n).join()), ""].join("\n");
}

browserTest(
  "with more classes than a matrix can show, the most frequent mistakes are listed, and open their samples",
  async (browser) => {
    await using files = await SmallRun.make();
    await Deno.writeTextFile(files.file("many.csv"), tableOf(40));
    await using run = await SmallRun.make({
      dataset: `csv:${files.file("many.csv")}`,
      model: {
        input: [4],
        layers: [{ type: "dense", units: 40, activation: "softmax" }],
        loss: "logLikelihood",
        initialiser: "scaled",
      },
    });
    const { task, server } = await start(run);
    await using _ = task;
    await visit(browser, server, async (page) => {
      await sees(page, ".matrix-card caption", "A matrix of 40 classes is too large");
      const first = page.locator(".mistakes-scroll tbody tr").first();
      const [label, answer, count] = (await first.innerText()).match(/\d+/g)!;
      await first.getByRole("button").click();
      await sees(
        page,
        "#gallery-title",
        new RegExp(`^${count} samples? of ${label}, answered as ${answer}$`),
      );
      assertEquals(await samplesShown(page), Number(count));
      await page.locator(".sample").first().click();
      await sees(page, ".said", "28 smaller outputs not shown.");
      assertEquals(await page.locator(".bars li").count(), 12);
      assertEquals(await violations(page), []);
    }, { path: VIEW });
  },
);

browserTest("of an earlier run it says that the history keeps no model, and asks nobody", async (browser) => {
  await using server = new PageServer();
  await using past = server.pastRuns = await PastRuns.make();
  const id = await past.add({});
  await visit(browser, server, async (page) => {
    await sees(page, ".predictions-none", "The history keeps no parameters");
    await sees(page, ".predictions-none", "deno task evaluate");
    assertEquals(await violations(page), []);
  }, { path: `${VIEW}&run=${id}` });
  server.refusal = "no-run";
  await visit(browser, server, async (page) => {
    await sees(page, ".predictions-none", "No run is going");
  }, { path: VIEW });
});

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(`axe finds no fault with the ${colorScheme} view of the predictions`, async (browser) => {
    await using run = await SmallRun.make(DIGITS);
    const { task, server } = await start(run);
    await using _ = task;
    await visit(browser, server, async (page) => {
      await page.locator("[data-cell='4-9']").click();
      await draw(page, [0.3, 0.2], [0.7, 0.2], [0.4, 0.8]);
      await sees(page, ".said-answer", /^\d \d+\.\d %$/);
      assertEquals(await violations(page), []);
    }, { path: VIEW, colorScheme });
  });
}
