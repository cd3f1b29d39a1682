/** Takes pictures of the page for people to look at: `deno run -A tests/dashboard/screenshots.ts FOLDER [VIEW or MOMENT...]`. */
import { buildDashboard } from "@tributary/dashboard/build";
import type { Browser, Page } from "playwright-core";
import { scriptedWeights } from "./support/scripted_weights.ts";
import { scriptedModel } from "./support/scripted_model.ts";
import { runEnded, scriptedRun } from "./support/scripted_run.ts";
import { type News, PageServer } from "./support/page_server.ts";
import { PastRuns } from "./support/past_runs.ts";
import { launchChromium } from "../support/chromium.ts";

const SIZES = [[360, 740], [1280, 800], [1920, 1080]] as const;
const VIEWS = ["overview", "cluster", "network", "runs", "functions", "predictions"] as const;
const MOMENTS = ["waiting", "live", "disconnected", "ended"] as const;
/** Updates that come while the page looks on; they are played faster than they would come. */
const UPDATES_SEEN = 60;
const PAUSE_MS = 20;

interface Picture {
  view: typeof VIEWS[number];
  moment: typeof MOMENTS[number];
  colorScheme: "light" | "dark";
  width: number;
  height: number;
}

function script(moment: Picture["moment"]): News[] {
  const startAt = Date.now() - 60_000;
  if (moment === "waiting") return [...scriptedRun({ steps: 1, startAt })].slice(0, 2);
  const news = [...scriptedRun({ steps: moment === "ended" ? 4_692 : 2_900, startAt })];
  const at = news.at(-1)!.at + 10;
  return moment === "ended" ? [...news, { at, events: [runEnded(at)] }] : news;
}

async function take(
  browser: Browser,
  folder: string,
  { view, moment, width, height, colorScheme }: Picture,
): Promise<void> {
  await using server = new PageServer();
  server.mayControl = true;
  await using past = await PastRuns.make();
  if (view === "runs") await past.addSome();
  server.pastRuns = past;
  server.tensors.set("1.weight", { step: 2_900, shape: [784, 100], values: scriptedWeights(100) });
  if (view === "predictions") server.pageData = await model;
  const news = script(moment);
  const seen = Math.max(0, news.length - UPDATES_SEEN);
  for (const item of news.slice(0, seen)) server.play(item);
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(`${server.url}?view=${view}${view === "runs" ? "&compare=1,2,3" : ""}`);
  await page.locator(".pill", { hasText: "Live" }).waitFor();
  for (const item of news.slice(seen)) {
    server.play(item);
    await page.waitForTimeout(PAUSE_MS);
  }
  if (view === "predictions" && moment !== "waiting") await draw(page);
  if (moment === "disconnected") {
    server.isUp = false;
    server.disconnect();
    await page.waitForTimeout(1_500); // until the pauses are long enough to be seen
  }
  await page.waitForTimeout(500);
  // What is out of sight is not drawn.
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.max(height, whole) });
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${folder}/${view}-${moment}-${colorScheme}-${width}.png`, fullPage: true });
  await page.close();
}

/** A seven on the pad, once the model has been asked. */
async function draw(page: Page): Promise<void> {
  await page.locator(".matrix .cell").first().waitFor();
  const pad = page.locator("#pad");
  await pad.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await pad.boundingBox())!;
  const to = (left: number, top: number) => page.mouse.move(x + width * left, y + height * top, { steps: 8 });
  await to(0.3, 0.25);
  await page.mouse.down();
  await to(0.7, 0.22);
  await to(0.45, 0.8);
  await page.mouse.up();
  await page.mouse.move(0, 0);
  await page.evaluate(() => scrollTo(0, 0));
}

const folder = Deno.args[0] ?? "screenshots";
await Deno.mkdir(folder, { recursive: true });
await buildDashboard();
const browser = await launchChromium();
const model = scriptedModel(2_900);
const wanted = Deno.args.slice(1);
for (const view of VIEWS) {
  for (const moment of MOMENTS) {
    if (wanted.length > 0 && !wanted.includes(view) && !wanted.includes(moment)) continue;
    for (const colorScheme of ["light", "dark"] as const) {
      for (const [width, height] of SIZES) {
        await take(browser, folder, { view, moment, colorScheme, width, height });
      }
    }
  }
}
await browser.close();
