/** A person's visit to the page, in a real browser. */
import { assertEquals } from "@std/assert";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { News, PageServer } from "./page_server.ts";

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
export async function visit(
  browser: Browser,
  server: Pick<PageServer, "url">,
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

/** Sends news, one after the other. */
export function play(server: PageServer, news: Iterable<News>): void {
  for (const item of news) server.play(item);
}

/** Waits until an element's text matches. */
export async function sees(page: Page, selector: string, text: RegExp | string): Promise<void> {
  await page.locator(selector).filter({ hasText: text }).first().waitFor({ timeout: 5_000 });
}

/** What axe-core says, with the elements. The script is evaluated by the debugger, which the CSP does not bind. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}
