import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { parseFormula } from "./formula.ts";

const POINTS = [[0.3, 0.7], [-1.25, 2], [0, 0.5], [7.5, -3]] as const;

// The oracle: JavaScript's own arithmetic on the same expression.
const CASES: [formula: string, wanted: (x: number, y: number) => number][] = [
  ["0.2 + 0.4x^2 + 0.3x·sin(15x) + 0.05·cos(50x)", bookFunction],
  ["0.2+0.4x²+0.3x sin(15x)+0.05cos(50x)", bookFunction],
  ["1 + 2 * 3 - 4 / 8", () => 6.5],
  ["10 - 4 - 3", () => 3],
  ["16 / 4 / 2", () => 2],
  ["1/2x", (x) => 0.5 * x],
  ["2^3^2", () => 512],
  ["-x^2", (x) => -x * x],
  ["2^-2", () => 0.25],
  ["x³ - y", (x, y) => x * x * x - y],
  ["(x + 1)(x - 1)", (x) => x * x - 1],
  ["2(x + y)", (x, y) => 2 * (x + y)],
  ["--x", (x) => x],
  ["+x - -y", (x, y) => x + y],
  ["2pi x", (x) => 2 * Math.PI * x],
  ["e^x", (x) => Math.exp(x)],
  ["exp(-x^2 - y^2)", (x, y) => Math.exp(-x * x - y * y)],
  ["ln(1 + x^2)", (x) => Math.log(1 + x * x)],
  ["sqrt(abs(x))", (x) => Math.sqrt(Math.abs(x))],
  ["tan(x / 10)", (x) => Math.tan(x / 10)],
  ["min(x, y) + max(x, 2y)", (x, y) => Math.min(x, y) + Math.max(x, 2 * y)],
  ["abs(y)^1.5", (_, y) => Math.pow(Math.abs(y), 1.5)],
  [".5e1 + 1e-2 + 2.", () => 7.01],
  ["((((x))))", (x) => x],
];

function bookFunction(x: number): number {
  return 0.2 + 0.4 * x * x + 0.3 * x * Math.sin(15 * x) + 0.05 * Math.cos(50 * x);
}

for (const [text, wanted] of CASES) {
  Deno.test(`parseFormula() reads ${text} as JavaScript computes it`, () => {
    const formula = parseFormula(text);
    for (const [x, y] of POINTS) {
      assertAlmostEquals(formula.at(x, y), wanted(x, y), 1e-12 * (1 + Math.abs(wanted(x, y))));
    }
  });
}

Deno.test("parseFormula() counts the variables, and keeps the text", () => {
  assertEquals(["x", "3", "y", "x y", "sin(x)"].map((text) => parseFormula(text).variables), [1, 1, 2, 2, 1]);
  assertEquals(parseFormula(" x ").text, " x ");
});

Deno.test("a formula is not finite where it has no value", () => {
  for (const [text, x] of [["1 / x", 0], ["ln(x)", -1], ["sqrt(x)", -1], ["x^0.5", -1]] as const) {
    assert(!Number.isFinite(parseFormula(text).at(x)), text);
  }
  assertEquals(parseFormula("x^0").at(0), 1);
});

Deno.test("parseFormula() names the position, what was wanted and what came", () => {
  const cases: [text: string, ...parts: string[]][] = [
    ["", "position 1", "wanted a number, x, y, a function", "got the end"],
    ["x +", "position 4", "got the end"],
    ["x + * 2", "position 5", 'got "*"'],
    ["sin x", "position 5", 'wanted "(" after sin', 'got "x"'],
    ["sin(x", "position 6", 'or ")"', "got the end"],
    ["(x + 1", "position 7", 'or ")"'],
    ["x)", "position 2", "or the end", 'got ")"'],
    ["2 3", "position 3", "wanted an operator", 'got "3"'],
    ["x 3", "position 3", "wanted an operator"],
    ["min(x)", "position 6", "min takes 2 values", 'got ")"'],
    ["sin(x, y)", "position 6", 'got ","'],
    ["z + 1", "position 1", "one of sin, cos, tan", 'got "z"'],
    ["cosh(x)", "position 1", 'got "cosh"'],
    ["constructor(x)", "position 1", 'got "constructor"'],
    ["x; y", "position 2", 'got ";"'],
    ["X", "position 1", "small letters", 'got "X"'],
    ["1..2", "position 3", 'got ".2"'],
  ];
  for (const [text, ...parts] of cases) {
    const { message } = assertThrows(() => parseFormula(text), SyntaxError);
    for (const part of ["Cannot read the formula", ...parts]) {
      assert(message.includes(part), `${text}: ${message}`);
    }
  }
  assertThrows(() => parseFormula("(".repeat(501)), SyntaxError, "501 characters: wanted at most 500");
  assertThrows(() => parseFormula("(".repeat(500)), SyntaxError, "got the end");
});
