/** Tensors that need one frame and several, as both implementations write them: each is the other one's oracle. */
import { assertEquals } from "@std/assert";
import {
  allocateGradientFrames,
  FRAME_ELEMENTS_MAX,
  sha256Hex,
  writeGradientFrame,
} from "@tributary/protocol";
import { HAS_PYTHON, runPython } from "./python.ts";

Deno.test({
  name:
    "the second implementation cuts a tensor into the same frames: of one element, a full frame, and one more",
  ignore: !HAS_PYTHON,
  async fn() {
    const header = { round: 7, node: [3, 5], loss: -0.1, correct: 2 ** 32 - 1, computeMs: 0.3 };
    const cases = [1, FRAME_ELEMENTS_MAX, FRAME_ELEMENTS_MAX + 1].map((elements) => ({
      ...header,
      elements,
    }));
    const wanted: string[] = [];
    for (const { round: id, node: [level, index], elements, ...sums } of cases) {
      const tensor = new Uint8Array(Float32Array.from({ length: elements }, (_, i) => 0.5 * i).buffer);
      for (const frame of allocateGradientFrames(elements, [0])) {
        writeGradientFrame(
          frame,
          { kind: "gradient", id, level, index, ...sums, offset: 0, total: 0 },
          tensor,
        );
        wanted.push(`${frame.bytes.length} ${await sha256Hex(frame.bytes)}`);
      }
    }
    assertEquals(wanted.length, 4);
    const lines = cases.map((each) => `${JSON.stringify(each)}\n`).join("");
    assertEquals((await runPython("send.py", lines)).trimEnd().split("\n"), wanted);
  },
});
