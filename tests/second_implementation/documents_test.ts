/** The documents that a second implementation is written from: their examples are what the first one computes. */
import { assertEquals } from "@std/assert";
import { decodeCoordinatorMessage, decodeWorkerMessage, REFUSALS } from "@tributary/protocol";
import { ROOT } from "../support/processes.ts";
import { arithmeticExamples, protocolExamples } from "./worked_examples.ts";

/** The examples that are not a line of the document. */
async function missing(document: string, examples: string[]): Promise<string[]> {
  const lines = new Set((await Deno.readTextFile(`${ROOT}${document}`)).split("\n"));
  return examples.filter((example) => !lines.has(example));
}

Deno.test("every worked example of ARITHMETIC.md is what core computes", async () => {
  assertEquals(await missing("ARITHMETIC.md", await arithmeticExamples()), []);
});

Deno.test("every worked example of PROTOCOL.md is what protocol and core write", async () => {
  assertEquals(await missing("PROTOCOL.md", await protocolExamples()), []);
});

Deno.test("every link from one document to a place in another leads to a heading", async () => {
  const documents = ["PROTOCOL.md", "ARITHMETIC.md"];
  const texts = await Promise.all(documents.map((name) => Deno.readTextFile(`${ROOT}${name}`)));
  const anchors = texts.map((text) => [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) => anchorOf(title)));
  const dangling: string[] = [];
  texts.forEach((text, from) => {
    for (const [, name, anchor] of text.matchAll(/\]\(([A-Z]+\.md)?#([^)]*)\)/g)) {
      const to = name === undefined ? from : documents.indexOf(name);
      if (!anchors[to].includes(anchor)) dangling.push(`${documents[from]}: ${name ?? ""}#${anchor}`);
    }
  });
  assertEquals(dangling, []);
});

Deno.test("each text of the conversation in PROTOCOL.md is a message of its sender", async () => {
  const text = await Deno.readTextFile(`${ROOT}PROTOCOL.md`);
  const lines = [...text.matchAll(/^(worker|coordinator) +(\{.*\})$/gm)];
  const wrong = lines.filter(([, sender, message]) =>
    (sender === "worker" ? decodeWorkerMessage(message) : decodeCoordinatorMessage(message)) === null
  );
  assertEquals([lines.length, wrong], [7, []]);
});

Deno.test("PROTOCOL.md has every refusal code, and whether trying again helps", async () => {
  const text = await Deno.readTextFile(`${ROOT}PROTOCOL.md`);
  const [table] = text.slice(text.indexOf("### Refusals")).split("\n\n## ");
  const rows = [...table.matchAll(/^\| `([a-z-]+)` .*\| (yes|no) +\|$/gm)].map((
    [, code, retry],
  ) => [code, retry === "yes"]);
  assertEquals(
    Object.fromEntries(rows),
    Object.fromEntries(Object.entries(REFUSALS).map(([code, { retry }]) => [code, retry])),
  );
});

/** As Markdown names a heading. */
function anchorOf(title: string): string {
  return title.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-");
}
