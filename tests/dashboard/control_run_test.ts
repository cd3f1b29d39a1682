/** A whole run that a person directs from the page: real processes, a real browser. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { RunDescription, Settings } from "@tributary/protocol";
import { printedLinks } from "../support/join_links.ts";
import { RunningTask, runTask } from "../support/processes.ts";
import { SmallRun } from "../support/small_run.ts";
import { browserTest } from "../support/chromium.ts";
import { sees } from "./support/visit.ts";

/** 800 steps an epoch, more than a person waits for. */
const SLOW: Partial<RunDescription> = { batchSize: 1, leafSize: 1, epochs: 1_000 };

browserTest(
  "a person pauses, steps, changes and stops a run, and drops a worker, from the printed link; a replay of its log agrees",
  async (browser) => {
    await using run = await SmallRun.make(SLOW);
    const out = run.file("out");
    const args = [run.path, "--port", "0", "--workers", "2", "--checkpoint", out];
    await using task = RunningTask.start("train", args);
    const [, link] = await task.line(/^Page: (http:.*)$/);
    await printedLinks(task);
    const page = await browser.newPage();
    await page.goto(link);
    const button = (name: string) => page.getByRole("button", { name, exact: true });
    const says = (text: RegExp) => sees(page, ".control [role=status]", text);
    await sees(page, "[role=status]", "Training");

    await button("Pause").click();
    await says(/^The run is paused after step [\d,]+: it was told to pause\.$/);
    const first = await pausedStep();
    await button("One step").click();
    await says(new RegExp(`paused after step ${first + 1}:`));

    await button("Settings").click();
    await page.getByLabel("Learning rate").fill("0.125");
    await button("Change from the next step on").click();
    await says(/^Settings changed from step [\d,]+ on: learning rate 0\.125\.$/);
    await button("Resume").click();
    await says(/^The run goes on after /);
    await button("Pause").click();
    await says(/^The run is paused after step/);
    assert(await pausedStep() > first + 1);

    await page.getByRole("link", { name: "Cluster" }).click();
    await button("Drop worker-1").click();
    await page.getByRole("dialog", { name: "Drop worker-1?" }).getByRole("button", { name: "Drop" }).click();
    await sees(page, ".workers tr", /worker-1.*Left\s*A person who controls the run sent this worker away/);
    await button("One step").click();
    await says(/^The run is paused after step/);
    await page.getByRole("link", { name: "Overview" }).click();

    await button("Stop and save").click();
    await page.getByRole("dialog").getByRole("button", { name: "Stop and save" }).click();
    await sees(page, "[role=status]", "Stopped");
    const { code, stdout } = await task.finished();
    assertEquals(code, 130, stdout);

    const lines = (await Deno.readTextFile(`${out}/log.jsonl`)).trim().split("\n");
    const changes = lines.map((line) => JSON.parse(line)).filter(({ type }) => type === "controlChanged");
    const settings: Settings = { learningRate: 0.125, weightDecay: 0.1, batchSize: 1 };
    assertEquals(changes.map(({ step, settings }) => ({ step, settings })), [{ step: first + 2, settings }]);
    const replay = await runTask("replay", [out]);
    assertEquals(replay.code, 0, replay.stdout + replay.stderr);
    assertStringIncludes(replay.stdout, "No difference:");

    async function pausedStep(): Promise<number> {
      const text = await page.locator(".control [role=status]").innerText();
      return Number(text.match(/after step ([\d,]+)/)![1].replaceAll(",", ""));
    }
  },
);
