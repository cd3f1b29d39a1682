import { assertEquals } from "@std/assert";
import { type Bit, fire, halfAdder, NAND } from "./perceptron.ts";

const BITS: readonly Bit[] = [0, 1];

Deno.test("fire() is 1 above the threshold, and 0 at it (Nielsen eq. 2)", () => {
  const perceptron = { weights: [6, 2, 2], bias: -5 }; // the cheese festival, chapter 1
  assertEquals(fire(perceptron, [1, 0, 0]), 1);
  assertEquals(fire(perceptron, [0, 1, 1]), 0);
  assertEquals(fire({ weights: [1], bias: -1 }, [1]), 0);
  assertEquals(fire({ weights: [1], bias: -1 }, [1.5]), 1);
});

Deno.test("the book's perceptron with weights -2, -2 and bias 3 is NAND", () => {
  assertEquals(NAND, { weights: [-2, -2], bias: 3 });
  for (const x1 of BITS) for (const x2 of BITS) assertEquals(fire(NAND, [x1, x2]), x1 & x2 ? 0 : 1);
});

Deno.test("the half adder of NAND gates adds two bits", () => {
  for (const x1 of BITS) {
    for (const x2 of BITS) {
      const { carry, sum } = halfAdder(x1, x2);
      assertEquals(2 * carry + sum, x1 + x2);
    }
  }
});
