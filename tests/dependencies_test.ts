/**
 * Dependencies point one way: core <- protocol <- worker | coordinator | dashboard, and core <- native <- worker. Read from the
 * sources' imports.
 */
import { assert, assertEquals } from "@std/assert";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** What each package may import of the others. Nothing here may ever form a circle. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  core: [],
  native: ["core"],
  protocol: ["core"],
  worker: ["core", "native", "protocol"],
  coordinator: ["core", "protocol"],
  dashboard: ["core", "protocol"],
};

/** Packages that also run in a browser, or without any permission: no modules of Node.js there. */
const WITHOUT_NODE = ["core", "native", "protocol", "worker"];

/**
 * Files that no program imports: tests may use the test libraries of the root deno.json and reach into tests/, builds into
 * tools/.
 */
const TEST_FILE =
  /_(test|tests|bench)\.ts$|\/disassemble\.ts$|\/(dashboard|worker)\/build\.ts$|\/testing\.ts$|\/test_numbers\.ts$|\/kernels\/contract\//;

/** Programs that make files, and that no other part imports: they may share what is in tools/. */
const BUILD_TOOL = /^packages\/\w+\/build\.ts$/;

/** The kernels' compiler is a tool that nothing imports, and core's deno.json must stay empty. */
const INLINE_ALLOWED = ["packages/core/wasm/build.ts"];

/** One import of one file. */
interface Import {
  /** Relative to the root. */
  file: string;
  package: string;
  specifier: string;
}

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = join(folder, entry.name);
    // dist is generated; assembly is AssemblyScript, which has its own module resolution.
    if (entry.isDirectory && !["dist", "assembly", "node_modules"].includes(entry.name)) {
      yield* sourceFiles(path);
    } else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

/** Specifiers of static, type, side-effect and dynamic imports, and of re-exports. */
function specifiersOf(text: string): string[] {
  const imports = /^\s*import\s+(?:[\w$*{][^"';]*?\bfrom\s*)?["']([^"']+)["']/gm;
  const exports = /^\s*export\s+(?:type\s+)?[*{][^"';]*?\bfrom\s*["']([^"']+)["']/gm;
  const calls = /\bimport\(\s*["']([^"']+)["']/g;
  return [imports, exports, calls].flatMap((form) =>
    [...text.matchAll(form)].map(([, specifier]) => specifier)
  );
}

function importsOf(name: string): Import[] {
  const imports: Import[] = [];
  for (const path of sourceFiles(join(ROOT, "packages", name))) {
    const file = relative(ROOT, path);
    if (TEST_FILE.test(file)) continue;
    for (const specifier of specifiersOf(Deno.readTextFileSync(path))) {
      imports.push({ file, package: name, specifier });
    }
  }
  return imports;
}

function memberImports(name: string): Record<string, string> {
  return JSON.parse(Deno.readTextFileSync(join(ROOT, "packages", name, "deno.json"))).imports ?? {};
}

const names = Object.keys(MAY_IMPORT);
const all = names.flatMap(importsOf);

/** Imports that break a rule, one a line, so that a failure says what to change. */
function offenders(breaks: (found: Import) => boolean): string[] {
  return all.filter(breaks).map(({ file, specifier }) => `${file} imports ${specifier}`);
}

Deno.test("every package of the workspace is in the map of dependencies", () => {
  const folders = [...Deno.readDirSync(join(ROOT, "packages"))].filter(({ isDirectory }) => isDirectory);
  assertEquals(folders.map(({ name }) => name).sort(), [...names].sort());
});

Deno.test("specifiersOf() finds every form of import, and the scan finds the known ones", () => {
  const text = `
import a from "a";
import {
  b,
} from 'b';
import type { C } from "c";
import "d";
export * from "e";
export { f } from "f";
const g = await import("g");
const h = "import x from 'not-this'";
export interface I { i: "nor-this" }
export const from = "nor-that";
`;
  assertEquals(specifiersOf(text).sort(), ["a", "b", "c", "d", "e", "f", "g"]);
  const has = (file: string, specifier: string) =>
    all.some((found) => found.file === `packages/${file}` && found.specifier === specifier);
  assert(has("protocol/run_description.ts", "@tributary/core"));
  assert(has("coordinator/server/server.ts", "ws") && has("coordinator/server/server.ts", "bufferutil"));
  assert(has("worker/main.ts", "./deno_worker.ts"));
});

Deno.test("packages import each other in the one allowed direction, by name", () => {
  assertEquals(
    offenders(({ package: name, specifier }) => {
      const [, other] = specifier.match(/^@tributary\/([^/]+)/) ?? [];
      return other !== undefined && other !== name && !MAY_IMPORT[name].includes(other);
    }),
    [],
  );
});

Deno.test("no relative import leaves its package, but for build tools that share what is in tools/", () => {
  assertEquals(
    offenders(({ file, package: name, specifier }) => {
      const target = join(dirname(file), specifier);
      return specifier.startsWith(".") && !target.startsWith(`packages/${name}/`) &&
        !(BUILD_TOOL.test(file) && target.startsWith("tools/"));
    }),
    [],
  );
  assertEquals(
    offenders(({ file, specifier }) =>
      specifier.startsWith(".") && BUILD_TOOL.test(join(dirname(file), specifier))
    ),
    [],
  );
});

Deno.test("what a package imports from elsewhere stands in its own deno.json, with an exact version", () => {
  assertEquals(
    offenders(({ file, package: name, specifier }) => {
      if (/^(\.|node:|@tributary\/)/.test(specifier) || INLINE_ALLOWED.includes(file)) return false;
      const imports = Object.keys(memberImports(name));
      return !imports.some((key) =>
        specifier === key || specifier.startsWith(key.endsWith("/") ? key : `${key}/`)
      );
    }),
    [],
  );
  for (const name of names) {
    for (const [key, target] of Object.entries(memberImports(name))) {
      assert(/^npm:\/?(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+\/?/.test(target), `${name}: ${key} is ${target}`);
    }
  }
});

Deno.test("no source names npm:, jsr: or a URL in an import, but for the kernels' compiler", () => {
  assertEquals(
    offenders(({ file, specifier }) =>
      /^(npm|jsr|https?|data|file):/.test(specifier) && !INLINE_ALLOWED.includes(file)
    ),
    [],
  );
  for (const file of INLINE_ALLOWED) {
    const imported = all.filter(({ file: from, specifier }) =>
      specifier.startsWith(".") && join(dirname(from), specifier) === file
    );
    assertEquals(imported, [], `${file} is a tool`);
  }
});

Deno.test("core depends on nothing: its deno.json imports are empty, protocol adds valibot alone", () => {
  assertEquals(memberImports("core"), {});
  assertEquals(Object.keys(memberImports("protocol")), ["valibot"]);
});

/** A program that is served to others, a page, and the coordinator must not be able to bring machine code. */
Deno.test("only the entries of a worker from a checkout use native, so a served program has no machine code in it", async () => {
  const users = all.filter(({ package: name, specifier }) =>
    name !== "native" && specifier.startsWith("@tributary/native")
  );
  assertEquals(users.map(({ file }) => file), ["packages/worker/native_kernels.ts"]);
  const importers = all.filter(({ file, specifier }) =>
    specifier.startsWith(".") && join(dirname(file), specifier) === users[0]?.file
  );
  assertEquals(importers.map(({ file }) => file).sort(), [
    "packages/worker/main.ts",
    "packages/worker/threads/main.ts",
  ]);
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", join(ROOT, "packages/worker/served_main.ts")],
    stderr: "null",
  }).output();
  assert(success);
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as ModuleGraph;
  assert(modules.some(({ specifier }) => specifier.endsWith("/worker/deno_worker.ts")));
  assertEquals(
    modules.filter(({ specifier }) => /packages\/native|worker\/native_kernels/.test(specifier)),
    [],
  );
});

Deno.test("core, native, protocol and worker use no module of Node.js", () => {
  assertEquals(
    offenders(({ package: name, specifier }) => WITHOUT_NODE.includes(name) && specifier.startsWith("node:")),
    [],
  );
});

Deno.test("Deno's own module graph of core holds no file outside of packages/core", async () => {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", join(ROOT, "packages/core/mod.ts")],
    stderr: "null",
  }).output();
  assert(success);
  const { roots, modules } = JSON.parse(new TextDecoder().decode(stdout)) as ModuleGraph;
  const bySpecifier = new Map(modules.map((module) => [module.specifier, module]));
  const reached = new Set(roots);
  for (const specifier of reached) {
    for (const { code, type } of bySpecifier.get(specifier)?.dependencies ?? []) {
      for (const target of [code, type]) if (target) reached.add(target.specifier);
    }
  }
  assert(reached.size > 20);
  const core = new URL("../packages/core/", import.meta.url).href;
  assertEquals([...reached].filter((url) => !url.startsWith(core)), []);
});

/** What `deno info --json` prints, as far as it is used here. */
interface ModuleGraph {
  roots: string[];
  modules: {
    specifier: string;
    dependencies?: { code?: { specifier: string }; type?: { specifier: string } }[];
  }[];
}
