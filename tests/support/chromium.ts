/**
 * A real browser for tests. Where there is none, tests that need it are ignored, and say so on standard error.
 *
 * The environment variable TRIBUTARY_CHROMIUM names the program if it is in no usual place.
 */
import { type Browser, chromium } from "playwright-core";

const USUAL_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const FLAGS = [
  "--headless",
  "--no-sandbox", // Chromium's sandbox does not work for root, whom containers run as
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Starts Chromium with a profile of its own, empty and removed in the end; end it with `close()`.
 *
 * @param executablePath a program that starts Chromium with the arguments it gets.
 */
export function launchChromium(executablePath: string | null = findChromium()): Promise<Browser> {
  if (!executablePath) {
    throw new Error("Cannot start Chromium as there is none; set TRIBUTARY_CHROMIUM to its path");
  }
  return chromium.launch({ executablePath, args: FLAGS });
}

/** Registers a test that needs a browser. */
export function browserTest(name: string, fn: (browser: Browser) => Promise<void>): void {
  const isMissing = findChromium() === null;
  if (isMissing) {
    console.error(
      `\n*** NOT TESTED, as there is no Chromium (set TRIBUTARY_CHROMIUM to its path): ${name}\n`,
    );
  }
  Deno.test({
    name,
    // Where changes are checked before they land, nothing is skipped: the test fails for want of a browser.
    ignore: isMissing && !Deno.env.get("CI"),
    async fn() {
      const browser = await launchChromium();
      try {
        await fn(browser);
      } finally {
        await browser.close();
      }
    },
  });
}

/** The path of a Chromium or Chrome, or null. */
export function findChromium(): string | null {
  const named = Deno.env.get("TRIBUTARY_CHROMIUM");
  const places = named ? [named] : USUAL_PLACES;
  return places.find(isFile) ?? null;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
