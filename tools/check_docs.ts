/**
 * Checks that every symbol that a package exports has a doc. `deno doc --lint` also wants one for each field of each interface, where
 * a field whose name says all is better without.
 */

/** What is used of the output of `deno doc --json`. */
interface DocOutput {
  nodes: Record<string, { symbols: { name: string; declarations: Declaration[] }[] }>;
}

interface Declaration {
  location: { filename: string; line: number };
  declarationKind: string;
  jsDoc?: { doc?: string };
}

const PACKAGES = ["core", "native", "protocol", "worker", "coordinator", "dashboard"];

const missing: string[] = [];
let symbols = 0;
for (const name of PACKAGES) {
  const command = new Deno.Command(Deno.execPath(), { args: ["doc", "--json", `packages/${name}/mod.ts`] });
  const { code, stdout, stderr } = await command.output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  const { nodes }: DocOutput = JSON.parse(new TextDecoder().decode(stdout));
  for (const { symbols: exported } of Object.values(nodes)) {
    for (const { name: symbol, declarations } of exported) {
      const documented = declarations.filter(({ declarationKind }) => declarationKind === "export");
      symbols++;
      if (documented.length === 0 || documented.some(({ jsDoc }) => jsDoc?.doc)) continue;
      const { filename, line } = documented[0].location;
      missing.push(`${filename}:${line}: ${symbol} of ${name} has no doc`);
    }
  }
}
for (const line of missing) console.error(line);
if (missing.length > 0) Deno.exit(1);
console.error(`All ${symbols} exported symbols have a doc.`);
