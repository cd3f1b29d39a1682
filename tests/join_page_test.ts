/** The page that joins, in a real browser against a real coordinator: what a person sees, and what the run sees. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import axe from "axe-core";
import jsQR from "jsqr";
import type { Page } from "playwright-core";
import { decodePng } from "../packages/coordinator/images/png.ts";
import { browserTest, findChromium, launchChromium } from "./support/chromium.ts";
import { type PrintedLinks, printedLinks } from "./support/join_links.ts";
import { wireTest } from "./support/network.ts";
import { RunningTask, taskCommand } from "./support/processes.ts";
import { SmallRun } from "./support/small_run.ts";

/** A run that lasts longer than any test; it is stopped by its end. */
const ENDLESS = { epochs: 100_000 };
const LOCAL = ["--port", "0", "--json"];

/** Waits until an element's text matches. */
async function sees(page: Page, selector: string, text: RegExp | string): Promise<void> {
  await page.locator(selector).filter({ hasText: text }).first().waitFor({ timeout: 15_000 });
}

/** Errors, and breaches of the Content-Security-Policy. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return complaints;
}

/** Makes the page believe that it is hidden or shown; headless browsers never hide one by themselves. */
async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}

async function samplesOn(page: Page): Promise<number> {
  return Number((await page.innerText("#samples")).replaceAll(",", ""));
}

/** What a phone's camera would read. */
function readQrCode(png: Uint8Array): string | undefined {
  const { width, height, pixels } = decodePng(png, "the screenshot");
  const rgba = Uint8ClampedArray.from(
    { length: 4 * pixels.length },
    (_, i) => i % 4 === 3 ? 255 : pixels[i >> 2],
  );
  return jsQR.default(rgba, width, height)?.data;
}

async function start(run: SmallRun, ...args: string[]): Promise<[RunningTask, PrintedLinks]> {
  const coordinator = RunningTask.start("coordinator", [run.path, ...LOCAL, ...args]);
  return [coordinator, await printedLinks(coordinator)];
}

/** A tab that is torn down says so if the browser lets it; the end of its connection is noticed in any case. */
const GONE = /^Chrome on Linux is gone.*: (its tab was closed|the connection broke)\.$/;

browserTest(
  "opening the link joins, shows what the tab contributes, and hides the token",
  async (browser) => {
    await using run = await SmallRun.make(ENDLESS);
    const [coordinator, { browser: link, token }] = await start(run);
    await using _ = coordinator;
    const page = await browser.newPage();
    const complaints = complaintsOf(page);
    await page.goto(link);
    await sees(page, "#headline", "Working");
    await sees(page, "#detail", `for the run ${run.description.name}, as Chrome on Linux`);
    await coordinator.line(/^Chrome on Linux joined \(wasm\)\.$/);
    await sees(page, "#samples", /[1-9]/);
    const before = await samplesOn(page);
    await sees(page, "#rate", /[1-9]/);
    while (await samplesOn(page) <= before) await page.waitForTimeout(50);
    assertEquals(page.url(), new URL("/join", link).href);
    assert(!(await page.evaluate(() => JSON.stringify(history.state) + location.href)).includes(token));
    assertEquals(await page.title(), "Working · Tributary");
    // A reload finds the token again.
    await page.reload();
    await coordinator.line(GONE);
    await sees(page, "#headline", "Working");
    assertEquals(complaints, []);
    await page.addScriptTag({ content: axe.source }).catch(() => page.evaluate(axe.source));
    const { violations } = await page.evaluate(() => axe.run());
    assertEquals(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
  },
);

browserTest(
  "closing the tab leaves, the button leaves and joins again, and the run goes on",
  async (browser) => {
    await using run = await SmallRun.make(ENDLESS);
    const [coordinator, { browser: link }] = await start(run);
    await using _ = coordinator;
    const closed = await browser.newPage();
    await closed.goto(link);
    await sees(closed, "#headline", "Working");
    await closed.close();
    await coordinator.line(GONE);
    await coordinator.line(/^Step \d+ waits for a worker to join/);
    const page = await browser.newPage();
    await page.goto(link);
    await coordinator.line(/^Went on after .*\n(.*\n)*Went on after /);
    await sees(page, "#samples", /[1-9]/);
    await page.click("#button");
    await sees(page, "#headline", "You left");
    await coordinator.line(/^Chrome on Linux is gone.*: its person told the tab to leave\.$/);
    await page.click("#button");
    await sees(page, "#headline", "Working");
    coordinator.signal("SIGINT");
    await sees(page, "#headline", "The run is over");
    await sees(page, "#detail", /It was stopped in epoch \d+ of 100000\./);
    assertEquals((await coordinator.finished()).code, 130);
  },
);

browserTest(
  "a tab computes with as many threads as its person chooses, and trains the bits of a loop",
  async (browser) => {
    await using run = await SmallRun.make({ epochs: 150 });
    const [coordinator, { browser: link }] = await start(run);
    await using _ = coordinator;
    const page = await browser.newPage();
    const complaints = complaintsOf(page);
    await page.goto(link);
    await sees(page, "#headline", "Working");
    await page.selectOption("#threads", "2");
    await coordinator.line(/^Chrome on Linux is gone.*: its person chose another number of threads\.$/);
    await coordinator.line(/^Chrome on Linux joined \(wasm, 2 threads\)\.$/);
    const { code, stdout, stderr } = await coordinator.finished();
    assertEquals(code, 0, stderr);
    assertEquals(JSON.parse(stdout).parametersSha256, await run.hashAlone());
    assertEquals(complaints, []);
  },
);

browserTest("a hidden tab and one on battery are warned of, and the work goes on", async (browser) => {
  await using run = await SmallRun.make(ENDLESS);
  const [coordinator, { browser: link }] = await start(run);
  await using _ = coordinator;
  const page = await browser.newPage();
  await page.addInitScript(() => {
    const battery = Object.assign(new EventTarget(), { charging: false, level: 0.63 });
    Object.defineProperty(Navigator.prototype, "getBattery", { value: () => Promise.resolve(battery) });
  });
  await page.goto(link);
  await sees(page, "#warnings p", "This device runs on battery, 63 % charged.");
  await sees(page, "#headline", "Working");
  await setHidden(page, true);
  await sees(page, "#warnings p", /This tab is hidden\. It goes on working/);
  assertEquals(await page.title(), "Hidden · Working · Tributary");
  const before = await samplesOn(page);
  while (await samplesOn(page) <= before) await page.waitForTimeout(50);
  await setHidden(page, false);
  await sees(page, "#warnings p", /While this tab was hidden, for \d+ s, it computed [\d,]+ samples\./);
});

browserTest("a wrong token and a link without one are told, with what to do", async (browser) => {
  await using run = await SmallRun.make(ENDLESS);
  const [coordinator, { browser: link }] = await start(run);
  await using _ = coordinator;
  const page = await (await browser.newContext()).newPage();
  await page.goto(link.replace(/#.*/, ""));
  await sees(page, "#headline", "No token");
  await page.goto(link.replace(/#.*/, "#work=wrong"));
  await sees(page, "#headline", "Refused");
  await sees(page, "#detail", "The token to work is wrong. Use the link that the coordinator printed");
  // The right link in the same tab changes the fragment alone.
  await page.goto(link);
  await sees(page, "#headline", "Working");
});

browserTest("a tab whose coordinator is gone says so and tries again", async (browser) => {
  await using run = await SmallRun.make(ENDLESS);
  const [coordinator, { browser: link }] = await start(run);
  const page = await browser.newPage();
  await page.goto(link);
  await sees(page, "#headline", "Working");
  await coordinator[Symbol.asyncDispose]();
  await sees(page, "#headline", "Reconnecting");
  await sees(page, "#detail", /No coordinator answers at http:\/\/127\.0\.0\.1:\d+\. Trying again/);
});

browserTest("the page of the run shows the ways to join as they were printed", async (browser) => {
  await using run = await SmallRun.make(ENDLESS);
  const [coordinator, { browser: link, program }] = await start(run);
  await using _ = coordinator;
  const [, pageLink] = await coordinator.line(/^Page: (\S+)$/);
  const clusterLink = pageLink.replace("/#", "/?view=cluster#");
  const page = await browser.newPage();
  const complaints = complaintsOf(page);
  // On loopback, who lacks the token looks on, and is not told how to join.
  await page.goto(clusterLink.split("#")[0]);
  await sees(page, "body", run.description.name);
  assertEquals(await page.locator(".invitation").count(), 0);
  await page.goto("about:blank");
  await page.goto(clusterLink);
  await sees(page, ".invitation", link);
  await sees(page, ".invitation", program.slice(1).join(" "));
  await sees(page, ".invitation", "from this machine only");
  assertEquals(readQrCode(await page.locator(".invitation svg.qr").screenshot()), link);
  assertEquals(complaints, []);
});

wireTest(
  "a tab over plain http from another machine joins and trains the same bits",
  async ({ machines }) => {
    if (!findChromium()) return;
    const [far, near] = machines;
    await using run = await SmallRun.make({ epochs: 10 });
    const command = [...far.prefix, ...taskCommand("coordinator"), run.path, ...LOCAL];
    await using coordinator = RunningTask.command([...command, "--host", "0.0.0.0"]);
    const { browser: link } = await printedLinks(coordinator, far.address);
    const starter = await Deno.makeTempFile({ prefix: "tributary-chromium-" });
    await Deno.writeTextFile(starter, `#!/bin/sh\nexec ${near.prefix.join(" ")} ${findChromium()} "$@"\n`);
    await Deno.chmod(starter, 0o700);
    const browser = await launchChromium(starter);
    try {
      const page = await browser.newPage();
      await page.goto(link);
      assertEquals(await page.evaluate(() => [isSecureContext, typeof crypto.subtle]), [false, "undefined"]);
      await sees(page, "#warnings p", /This page came over plain http.* computed in JavaScript/);
      const { code, stdout, stderr } = await coordinator.finished();
      assertEquals(code, 0, stderr);
      await sees(page, "#headline", "The run is over");
      const { parametersSha256, workers } = JSON.parse(stdout);
      assertEquals(parametersSha256, await run.hashAlone());
      assertEquals(workers.map(({ name }: { name: string }) => name), ["Chrome on Linux"]);
      assertMatch(stderr, /^To join: deno task worker http:\/\/10\.77\.0\.1:\d+\/#work=/m);
    } finally {
      await browser.close();
      await Deno.remove(starter);
    }
  },
);
