import { assert, assertEquals } from "@std/assert";
import { decodeCommandRequest, type Settings } from "@tributary/protocol";
import { readSettings, SETTINGS_FIELDS, settingsTexts } from "./settings_form.ts";

const inForce: Settings = { learningRate: 0.5, weightDecay: 5, batchSize: 128 };
const texts = settingsTexts(inForce);
const limits = { inForce, batchSizeMax: 50_000 };

Deno.test("readSettings() asks only for what was changed", () => {
  assertEquals(readSettings(texts, limits), { changed: {} });
  assertEquals(readSettings({ ...texts, learningRate: " 2.5e-1 ", batchSize: "128.0" }, limits), {
    changed: { learningRate: 0.25 },
  });
  assertEquals(readSettings({ learningRate: ".5", weightDecay: "0", batchSize: "50000" }, limits), {
    changed: { weightDecay: 0, batchSize: 50_000 },
  });
});

Deno.test("readSettings() says in a sentence what is wrong with each field", () => {
  assertEquals(readSettings({ learningRate: "0,5", weightDecay: "-1", batchSize: "" }, limits), {
    mistakes: {
      learningRate: "Learning rate must be a number such as 0.5, not “0,5”.",
      weightDecay: "The weight decay must be 0 or more.",
      batchSize: "Batch size must be a number such as 128, but the field is empty.",
    },
  });
  assertEquals(readSettings({ ...texts, batchSize: "50001" }, limits), {
    mistakes: {
      batchSize: "The batch size must be a whole number from 1 to 50,000, the samples of an epoch.",
    },
  });
});

Deno.test("readSettings() lets exactly those numbers through that the coordinator's decoder does", () => {
  const values = [0, -0, 1, -1, 0.5, 2, 2.5, 1e-50, 1e-46, 1e-45, 3.4e38, 3.5e38, 1e300, 128, 50_000];
  for (const { name } of SETTINGS_FIELDS) {
    for (const value of values) {
      const command = { type: "change", settings: { [name]: value } };
      const decoded = decodeCommandRequest(JSON.stringify({ type: "command", id: 1, command }))!;
      const read = readSettings({ ...texts, [name]: String(value) }, limits);
      assertEquals("changed" in read, !("refusal" in decoded), `${name} ${value}`);
    }
  }
  for (const text of ["Infinity", "NaN", "1e999", "0x10", "1 000", "ten"]) {
    assert("mistakes" in readSettings({ ...texts, batchSize: text }, limits), text);
  }
});
