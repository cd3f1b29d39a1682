/** The control of a run, in a real browser: what a person sees and does. */
import { assert, assertEquals } from "@std/assert";
import { buildDashboard } from "@tributary/dashboard/build";
import type { Settings, TrainingEvent } from "@tributary/protocol";
import type { Page } from "playwright-core";
import { script } from "./support/scripted_run.ts";
import { PageServer } from "./support/page_server.ts";
import { play, sees, violations, visit } from "./support/visit.ts";
import { browserTest, findChromium } from "../support/chromium.ts";

if (findChromium()) await buildDashboard();

/** A run that goes on, and pages that may control it. */
function controlledRun(server: PageServer): void {
  server.mayControl = true;
  const { waiting, training } = script();
  play(server, [...waiting, ...training.slice(0, 20)]);
}

function paused(step: number): TrainingEvent {
  const reason = `The run is paused after step ${step}: it was told to pause.`;
  return { type: "paused", at: Date.now(), step, reason };
}

function changed(step: number, changed: Partial<Settings>): TrainingEvent {
  const settings = { learningRate: 0.5, weightDecay: 5, batchSize: 128, ...changed };
  return { type: "controlChanged", at: Date.now(), step, changed, settings };
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const says = (page: Page, text: RegExp | string) => sees(page, ".control [role=status]", text);

browserTest("a person pauses the run, does one step, and lets it go on, in every view", async (browser) => {
  await using server = new PageServer();
  controlledRun(server);
  await visit(browser, server, async (page) => {
    await button(page, "Pause").click();
    await says(page, "Asked the run to pause after the step in flight.");
    assertEquals(await button(page, "One step").getAttribute("aria-disabled"), "true");
    server.play({ at: Date.now(), events: [paused(412)] });
    await says(page, "The run is paused after step 412: it was told to pause.");
    await sees(page, ".status", "Paused");
    await page.getByRole("link", { name: "Cluster" }).click();
    await button(page, "One step").click();
    await says(page, "Asked the run for one step.");
    await button(page, "Resume").click();
    server.play({ at: Date.now(), events: [{ type: "resumed", at: Date.now(), waitedMs: 2_000 }] });
    await says(page, "The run goes on after 2 s.");
    await button(page, "Pause").waitFor();
    assertEquals(server.commands, [{ type: "pause" }, { type: "step" }, { type: "resume" }]);
  });
});

/** What the live regions of the page say to a screen reader. */
async function announced(page: Page): Promise<string> {
  const regions = await page.locator("[role=status]").evaluateAll((all) =>
    all.map((region) => {
      const copy = region.cloneNode(true) as Element;
      for (const hidden of copy.querySelectorAll("[aria-hidden=true]")) hidden.remove();
      return copy.textContent;
    })
  );
  return regions.join("\n");
}

browserTest("that the run is paused is announced once, in every view", async (browser) => {
  await using server = new PageServer();
  controlledRun(server);
  await visit(browser, server, async (page) => {
    await button(page, "Pause").waitFor();
    server.play({ at: Date.now(), events: [paused(412)] });
    await says(page, "The run is paused after step 412");
    assertEquals((await announced(page)).match(/paused after step 412/g)?.length, 1);
    await page.getByRole("link", { name: "Cluster" }).click();
    await sees(page, "h2", "Workers");
    assertEquals((await announced(page)).match(/paused after step 412/g)?.length, 1);
  });
});

browserTest("stopping asks once, and Escape says no", async (browser) => {
  await using server = new PageServer();
  controlledRun(server);
  await visit(browser, server, async (page) => {
    await button(page, "Stop and save").click();
    const question = page.getByRole("dialog", { name: "Stop the run?" });
    await question.getByText("It is saved as it is then, and can be resumed later.").waitFor();
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "detached" });
    assertEquals(server.commands, []);
    assertEquals(await page.evaluate(() => document.activeElement?.textContent), "Stop and save");
    await page.keyboard.press("Enter");
    await question.getByRole("button", { name: "Stop and save" }).click();
    await says(page, "Asked the run to be saved and to end.");
    assertEquals(server.commands, [{ type: "stop" }]);
    server.play(script().end);
    await sees(page, ".control", "The run has ended: there is nothing left to control.");
  });
});

browserTest(
  "settings are checked in words before they are sent, and show what is in force",
  async (browser) => {
    await using server = new PageServer();
    controlledRun(server);
    await visit(browser, server, async (page) => {
      await button(page, "Settings").click();
      const rate = page.getByLabel("Learning rate");
      const batch = page.getByLabel("Batch size");
      assertEquals(await rate.inputValue(), "0.5");
      await rate.press("Enter");
      await says(page, "Nothing is different from what is in force.");
      await rate.fill("fast");
      await batch.fill("50001");
      await page.keyboard.press("Enter");
      await sees(page, ".field", "Learning rate must be a number such as 0.5, not “fast”.");
      await sees(page, ".field", "The batch size must be a whole number from 1 to 50,000");
      assertEquals(await rate.evaluate((field) => field === document.activeElement), true);
      assertEquals(server.commands, []);
      await rate.fill("0.25");
      await batch.fill("64");
      await button(page, "Change from the next step on").click();
      await says(page, "Asked for other settings from the next step on.");
      server.play({ at: Date.now(), events: [changed(501, { learningRate: 0.25, batchSize: 64 })] });
      await says(page, "Settings changed from step 501 on: learning rate 0.25, batches of 64.");
      await sees(page, ".field", "In force: 0.25");
      await sees(page, ".events li", "Settings changed from step 501 on");
      assertEquals(await batch.inputValue(), "64");
      assertEquals(server.commands, [{ type: "change", settings: { learningRate: 0.25, batchSize: 64 } }]);
    });
  },
);

browserTest(
  "a refusal, and a connection that breaks before the answer, are told as sentences",
  async (browser) => {
    await using server = new PageServer();
    controlledRun(server);
    server.follow = () => ({ code: "command", reason: "The run is not paused" });
    await visit(browser, server, async (page) => {
      await button(page, "Pause").click();
      await says(page, "Not done: The run is not paused.");
      server.follow = () => undefined;
      await button(page, "Pause").click();
      await says(page, "Asked the run to pause");
      server.disconnect();
      await page.locator("main.is-stale").waitFor();
      await says(page, /The connection broke .*: it is not known whether the command is followed\./);
      await sees(page, ".pill", "Live");
      server.follow = () => null;
      await button(page, "Pause").click();
      await says(page, "Asked the run to pause");
      assertEquals(server.commands.length, 3, "nothing is sent twice by itself");
    });
  },
);

browserTest("a page that may not control says how one may", async (browser) => {
  await using server = new PageServer();
  play(server, script().waiting);
  await visit(browser, server, async (page) => {
    await sees(page, ".control", "open the link behind “Page:” that the coordinator printed");
    assertEquals(await button(page, "Pause").count(), 0);
    await page.keyboard.press("p");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    assertEquals(server.commands, []);
  });
});

browserTest("keys are listed, direct the run, leave typing alone, and can be turned off", async (browser) => {
  await using server = new PageServer();
  controlledRun(server);
  await visit(browser, server, async (page) => {
    await button(page, "Pause").waitFor();
    await page.keyboard.press("?");
    const list = page.getByRole("dialog", { name: "Keys" });
    await list.getByText("Pause the run").waitFor();
    await page.keyboard.press("p");
    await page.keyboard.press("Escape");
    await page.keyboard.press("e");
    const decay = page.getByLabel("Weight decay");
    await decay.fill("");
    await decay.pressSequentially("p2s");
    assertEquals(await decay.inputValue(), "p2s");
    assertEquals(server.commands, [], "neither in the list nor in a field");
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("p");
    await says(page, "Asked the run to pause");
    await page.keyboard.press("2");
    await page.getByRole("heading", { name: "Workers" }).waitFor();
    await page.keyboard.press("?");
    await list.getByLabel("Keys are on").uncheck();
    await page.keyboard.press("Escape");
    await page.keyboard.press("1");
    await page.keyboard.press("p");
    await page.reload();
    await button(page, "Pause").waitFor();
    await page.keyboard.press("p");
    await page.getByRole("heading", { name: "Workers" }).waitFor();
    assertEquals(server.commands, [{ type: "pause" }]);
  });
});

browserTest(
  "on a telephone, no room is kept for a message or an answer that is not there",
  async (browser) => {
    await using server = new PageServer();
    server.mayControl = true;
    play(server, script().waiting);
    await visit(browser, server, async (page) => {
      await button(page, "Pause").waitFor();
      await sees(page, ".said", "The outputs of all classes are here when something is asked.");
      const heightOf = (selector: string) =>
        page.locator(selector).evaluate((element) => element.getBoundingClientRect().height);
      assertEquals(await heightOf(".control-message"), 0);
      assert(await heightOf(".said") < 150, `${await heightOf(".said")} px`);
      await button(page, "Pause").click();
      await says(page, "Asked the run to pause after the step in flight.");
      assert(await heightOf(".control-message") > 0);
    }, { path: "?view=predictions", viewport: { width: 360, height: 740 }, expected: [/status of 404/] });
  },
);

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(
    `axe finds no fault with the ${colorScheme} control, and nothing is too wide`,
    async (browser) => {
      await using server = new PageServer();
      controlledRun(server);
      await visit(browser, server, async (page) => {
        await button(page, "Settings").click();
        await page.getByLabel("Batch size").fill("0");
        await page.keyboard.press("Enter");
        await sees(page, ".field", "The batch size must be");
        assertEquals(await violations(page), []);
        assertEquals(await page.evaluate(() => document.documentElement.scrollWidth), 360);
        await button(page, "Stop and save").click();
        assertEquals(await violations(page), []);
        await button(page, "Cancel").click();
        await button(page, "Keys").click();
        assertEquals(await violations(page), []);
      }, { colorScheme, viewport: { width: 360, height: 800 } });
    },
  );
}
