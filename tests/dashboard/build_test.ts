import { assert, assertEquals } from "@std/assert";
import { DIST_FILES, DIST_URL } from "@tributary/dashboard";
import { buildDashboard } from "@tributary/dashboard/build";

const GZIPPED_BYTES_MAX = 150 * 1024;
/** Of a file of its own, of which a view loads one. */
const LATER_BYTES_MAX = 60 * 1024;

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

Deno.test("the page is at most 150 KiB to load, and what one view loads later at most 60 KiB", async () => {
  await buildDashboard();
  let atOnce = 0;
  for (const { file, isLater } of DIST_FILES) {
    const bytes = await gzippedBytes(file);
    if (isLater) assert(bytes > 0 && bytes <= LATER_BYTES_MAX, `${file}: ${bytes} bytes gzipped`);
    else atOnce += bytes;
  }
  assert(atOnce <= GZIPPED_BYTES_MAX, `${atOnce} bytes gzipped`);
});
