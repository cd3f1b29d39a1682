import { assert, assertEquals } from "@std/assert";
import { DIST_FILES, DIST_URL } from "@tributary/dashboard";
import { buildDashboard } from "@tributary/dashboard/build";

const GZIPPED_BYTES_MAX = 150 * 1024;
const LATER_BYTES_MAX = 75 * 1024;

async function gzippedBytes(file: string): Promise<number> {
  const { readable } = await Deno.open(new URL(file, DIST_URL));
  return (await new Response(readable.pipeThrough(new CompressionStream("gzip"))).bytes()).length;
}

Deno.test("buildDashboard() makes every file of the page, and does nothing the second time", async () => {
  await buildDashboard();
  for (const { file } of DIST_FILES) assert((await Deno.stat(new URL(file, DIST_URL))).size > 0, file);
  assertEquals(await buildDashboard(), false);
});

Deno.test("buildDashboard() makes a missing file again", async () => {
  await buildDashboard();
  await Deno.remove(new URL("favicon.svg", DIST_URL));
  assertEquals(await buildDashboard(), true);
});

Deno.test("the page is at most 150 KiB to load, and what a view loads later at most 75 KiB", async () => {
  await buildDashboard();
  const bytesOf = async (isLater: boolean) => {
    const files = DIST_FILES.filter((file) => (file.isLater ?? false) === isLater);
    const sizes = await Promise.all(files.map(({ file }) => gzippedBytes(file)));
    return sizes.reduce((sum, size) => sum + size, 0);
  };
  const [atOnce, later] = [await bytesOf(false), await bytesOf(true)];
  assert(atOnce <= GZIPPED_BYTES_MAX, `${atOnce} bytes gzipped`);
  assert(later > 0 && later <= LATER_BYTES_MAX, `${later} bytes gzipped`);
});
