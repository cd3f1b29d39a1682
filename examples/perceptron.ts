/**
 * The perceptrons of chapter 1: NAND, an adder made of nothing else, one that learns, and one that cannot.
 *
 *     deno run examples/perceptron.ts
 */
import { type Bit, fire, halfAdder, learnPerceptron, NAND, type PerceptronSample } from "@tributary/core";

const BITS = [0, 1] as const;
const INPUTS = BITS.flatMap((x1) => BITS.map((x2) => [x1, x2] as const));
const nand = (x1: Bit, x2: Bit) => fire(NAND, [x1, x2]);

console.log(
  `A perceptron fires when w·x + b > 0. With w = (${NAND.weights}) and b = ${NAND.bias} it is NAND;`,
);
console.log("five of them add two bits:\n\n  x1 x2   NAND   carry sum");
for (const [x1, x2] of INPUTS) {
  const { carry, sum } = halfAdder(x1, x2);
  console.log(`   ${x1}  ${x2}     ${nand(x1, x2)}       ${carry}   ${sum}`);
}

/** Adds three bits: two half adders, and OR made of NANDs. */
function fullAdder(x1: Bit, x2: Bit, carryIn: Bit): { carry: Bit; sum: Bit } {
  const first = halfAdder(x1, x2);
  const second = halfAdder(first.sum, carryIn);
  const carry = nand(nand(first.carry, first.carry), nand(second.carry, second.carry));
  return { carry, sum: second.sum };
}

let carry: Bit = 0, digits = "";
const [a, b] = [1986, 39];
for (let i = 0; i < 12; i++) {
  const added = fullAdder(((a >> i) & 1) as Bit, ((b >> i) & 1) as Bit, carry);
  carry = added.carry;
  digits = added.sum + digits;
}
const binary = (n: number) => n.toString(2).padStart(12, "0");
console.log(`\nTwelve full adders, 156 perceptrons and no plus sign:\n
    ${binary(a)}   ${a}\n  + ${binary(b)}   ${b}\n  = ${digits}   ${parseInt(digits, 2)}`);

const AND_THEN: [string, (x1: Bit, x2: Bit) => Bit][] = [["NAND", nand], [
  "XOR",
  (x1, x2) => halfAdder(x1, x2).sum,
]];
for (const [name, truth] of AND_THEN) {
  const samples: PerceptronSample[] = INPUTS.map(([x1, x2]) => ({ x: [x1, x2], target: truth(x1, x2) }));
  console.log(`\nLearning ${name}: after each wrong answer, w -> w + (t - y)·x and b -> b + (t - y)\n`);
  const learning = learnPerceptron(samples);
  let event = learning.next();
  for (; !event.done; event = learning.next()) {
    const { epoch, sample, output, perceptron: { weights, bias } } = event.value;
    const { x, target } = samples[sample];
    if (output === target) continue;
    console.log(`  epoch ${epoch}: (${x}) gave ${output}, so w = (${weights}), b = ${bias}`);
  }
  const { outcome, epochs, mistakes, period } = event.value;
  console.log(
    outcome === "learned"
      ? `\n  Learnt in ${epochs} epochs with ${mistakes} mistakes.`
      : `\n  Epoch ${epochs + 1} begins like epoch ${
        epochs + 1 - period
      }: it goes round for ever, as no line separates ${name}.`,
  );
}
