/** A deep network of sigmoids that really learns, in a real browser: its gradient vanishes before one's eyes. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { browserTest } from "../support/chromium.ts";
import { RunningTask } from "../support/processes.ts";
import { SmallRun } from "../support/small_run.ts";
import { Watcher } from "../support/watcher.ts";

/** Chapter 5's network of four hidden layers, on 8,000 digits; it is stopped by the test's end. */
const DEEP = {
  dataset: "mnist",
  model: {
    input: [28, 28],
    layers: [30, 30, 30, 30, 10].map((units) => ({
      type: "dense" as const,
      units,
      activation: "sigmoid" as const,
    })),
    loss: "crossEntropy" as const,
    initialiser: "scaled" as const,
  },
  optimiser: { type: "sgd" as const, learningRate: 0.1 },
  regulariser: null,
  epochs: 100_000,
  batchSize: 10,
};

/** Waits until an element's text matches. */
async function sees(page: Page, selector: string, text: RegExp | string): Promise<string> {
  const found = page.locator(selector).filter({ hasText: text }).first();
  await found.waitFor({ timeout: 30_000 });
  return await found.innerText();
}

browserTest(
  "the vanishing gradient of a deep sigmoid network is seen, and its weights are what is drawn",
  async (browser) => {
    await using run = await SmallRun.make(DEEP);
    await using task = RunningTask.start("train", [run.path, "--port", "0", "--workers", "1", "--json"]);
    const [, link, port] = await task.line(/^Page: (http:\/\/127\.0\.0\.1:(\d+)\/#token=\S+)$/);
    await using watcher = await Watcher.open(Number(port));
    const page = await browser.newPage({ viewport: { width: 1280, height: 1_000 }, colorScheme: "light" });
    const complaints: string[] = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(link.replace("/#", "/?view=network#"));

    // What the page says of the first and the last layer is what the worker saw.
    const told = await sees(page, ".verdict", /Layer 1 learns \d+ times slower than layer 5\./);
    const times = Number(told.match(/(\d+) times/)![1]);
    assert(times >= 10, `${times} times`);
    await sees(page, ".layers .note", /After step [1-9]/);
    const bars = page.locator(".norm-bar > span");
    await page.getByRole("button", { name: "Pause", exact: true }).click();
    await sees(page, "body", "Paused");
    const { step, layers } = await watcher.event("layersInspected");
    assertEquals(layers.length, 5);
    const norms = layers.map(({ trained }) => trained!.gradientNorms.weight);
    assert(norms[0] < norms[4] / 10, `step ${step}: ${norms}`);
    assertEquals(await bars.count(), 5);

    // The run stands still, so the weights that are drawn last are those that can be fetched.
    const tensor = await fetch(`http://127.0.0.1:${port}/tensors/1.weight`);
    await sees(
      page,
      ".pictures .note",
      `After step ${Number(tensor.headers.get("x-tributary-step")).toLocaleString("en")}.`,
    );
    const weights = new Float32Array(await tensor.arrayBuffer());
    const scale = weights.reduce((size, weight) => Math.max(size, Math.abs(weight)), 0);
    const pixels = await page.getByRole("button", { name: /^Unit 7:/ }).locator("canvas")
      .evaluate((canvas: HTMLCanvasElement) => [...canvas.getContext("2d")!.getImageData(0, 0, 28, 28).data]);
    const [negative, zero, positive] = [0x1f, 0xf4, 0xb3]; // red of the light theme's colours
    for (let pixel = 0; pixel < 784; pixel++) {
      const weight = weights[pixel * 30 + 6] / scale;
      const wanted = zero + Math.abs(weight) * ((weight < 0 ? negative : positive) - zero);
      assertAlmostEquals(pixels[4 * pixel], wanted, 0.51, `pixel ${pixel}`);
    }

    await page.getByRole("link", { name: "Overview" }).click();
    await sees(page, ".lesson", /The first layers hardly learn.*times smaller than the last one's/s);
    // The worker of this view is let in by the coordinator's Content-Security-Policy.
    await page.getByRole("link", { name: "Functions" }).click();
    await sees(page, ".function-results", /Learning: epoch [1-9]/);
    assertEquals(complaints, []);
    await page.close();
  },
);
