/**
 * Formulas of one or two variables, as people write them: `0.2 + 0.4x^2 + 0.3x sin(15x)`.
 *
 * ```
 * sum     = product { ("+" | "-") product }
 * product = signed { ("*" | "·" | "/") signed | power }      "2x" and "(x + 1)(x - 1)" need no sign: 1/2x is (1/2)·x
 * signed  = ("-" | "+") signed | power
 * power   = atom [ "^" signed | "²" | "³" ]                  -x^2 is -(x^2), 2^3^2 is 2^(3^2)
 * atom    = number | "x" | "y" | "pi" | "e" | function "(" sum { "," sum } ")" | "(" sum ")"
 * ```
 *
 * A formula becomes a plain function; no text is ever evaluated as a program.
 */
import { FUNCTIONS, power } from "./functions.ts";

/** A function of x, or of x and y. */
export interface Formula {
  /** As it was written. */
  text: string;
  /** 2 where y occurs, else 1. */
  variables: 1 | 2;
  /** Its value; not finite where it has none. The same bits on every engine. */
  at(x: number, y?: number): number;
}

type Evaluate = (x: number, y: number) => number;

/** Characters of a formula: with it, its nesting is bounded as well. */
const LENGTH_MAX = 500;

const CONSTANTS: Readonly<Record<string, number>> = { pi: 3.141592653589793, e: 2.718281828459045 };

/** A number, a name, a sign, or the end, with its position counted from 1. */
interface Token {
  kind: "number" | "name" | "sign" | "end";
  text: string;
  position: number;
}

/**
 * Reads a formula.
 *
 * @throws {SyntaxError} naming the position, what was wanted there and what came.
 */
export function parseFormula(text: string): Formula {
  if (text.length > LENGTH_MAX) {
    throw new SyntaxError(
      `Cannot read the formula as it has ${text.length} characters: wanted at most ${LENGTH_MAX}`,
    );
  }
  const parser = new Parser(text);
  const evaluate = parser.whole();
  return { text, variables: parser.usesY ? 2 : 1, at: (x, y = 0) => evaluate(x, y) };
}

/** Turns tokens into functions, one method for each line of the grammar. */
class Parser {
  usesY = false;
  readonly #text: string;
  readonly #tokens: Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  whole(): Evaluate {
    const evaluate = this.#sum();
    if (this.#token.kind !== "end") this.#fail(`an operator such as "+" or the end`);
    return evaluate;
  }

  get #token(): Token {
    return this.#tokens[this.#next];
  }

  /** Takes the next token if it is one of these signs. */
  #take(...signs: string[]): string | null {
    const { kind, text } = this.#token;
    if (kind !== "sign" || !signs.includes(text)) return null;
    this.#next++;
    return text;
  }

  #sum(): Evaluate {
    let left = this.#product();
    for (;;) {
      const sign = this.#take("+", "-");
      if (sign === null) return left;
      const a = left, b = this.#product();
      left = sign === "+" ? (x, y) => a(x, y) + b(x, y) : (x, y) => a(x, y) - b(x, y);
    }
  }

  #product(): Evaluate {
    let left = this.#signed();
    for (;;) {
      const a = left;
      if (this.#take("*", "·") !== null || this.#beginsFactor()) {
        const b = this.#signed();
        left = (x, y) => a(x, y) * b(x, y);
      } else if (this.#take("/") !== null) {
        const b = this.#signed();
        left = (x, y) => a(x, y) / b(x, y);
      } else return left;
    }
  }

  /** Whether what follows is multiplied without a sign. */
  #beginsFactor(): boolean {
    const { kind, text } = this.#token;
    return kind === "name" || (kind === "sign" && text === "(");
  }

  #signed(): Evaluate {
    const sign = this.#take("-", "+");
    if (sign === null) return this.#power();
    const a = this.#signed();
    return sign === "+" ? a : (x, y) => -a(x, y);
  }

  #power(): Evaluate {
    const base = this.#atom();
    const sign = this.#take("^", "²", "³");
    if (sign === null) return base;
    if (sign === "^") {
      const exponent = this.#signed();
      return (x, y) => power(base(x, y), exponent(x, y));
    }
    const n = sign === "²" ? 2 : 3;
    return (x, y) => power(base(x, y), n);
  }

  #atom(): Evaluate {
    const { kind, text } = this.#token;
    if (this.#take("(") !== null) {
      const inner = this.#sum();
      this.#close();
      return inner;
    }
    if (kind !== "number" && kind !== "name") this.#fail(`a number, x, y, a function or "("`);
    if (kind === "name") return this.#named(text);
    this.#next++;
    const value = Number(text);
    return () => value;
  }

  #named(name: string): Evaluate {
    if (name === "x" || name === "y" || Object.hasOwn(CONSTANTS, name)) {
      this.#next++;
      if (name === "y") this.usesY = true;
      if (name === "x") return (x) => x;
      if (name === "y") return (_, y) => y;
      const value = CONSTANTS[name];
      return () => value;
    }
    if (!Object.hasOwn(FUNCTIONS, name)) {
      this.#fail(`x, y, ${Object.keys(CONSTANTS).join(", ")} or one of ${Object.keys(FUNCTIONS).join(", ")}`);
    }
    this.#next++;
    if (this.#take("(") === null) this.#fail(`"(" after ${name}`);
    const { arguments: wanted, apply } = FUNCTIONS[name];
    const values = [this.#sum()];
    while (values.length < wanted) {
      if (this.#take(",") === null) this.#fail(`"," as ${name} takes ${wanted} values`);
      values.push(this.#sum());
    }
    this.#close();
    const [a, b] = values;
    return wanted === 1 ? (x, y) => apply(a(x, y), 0) : (x, y) => apply(a(x, y), b(x, y));
  }

  #close(): void {
    if (this.#take(")") === null) this.#fail(`an operator such as "+" or ")"`);
  }

  #fail(wanted: string): never {
    fail(this.#text, this.#token, wanted);
  }
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:(\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([a-z]+)|([-+*·/^²³(),])|(\S))/gy;
  for (const { 0: whole, 1: number, 2: name, 3: sign, 4: other, index } of text.matchAll(pattern)) {
    const found = number ?? name ?? sign ?? other;
    const token = { text: found, position: index + whole.length - found.length + 1 };
    if (number !== undefined) tokens.push({ kind: "number", ...token });
    else if (name !== undefined) tokens.push({ kind: "name", ...token });
    else if (sign !== undefined) tokens.push({ kind: "sign", ...token });
    else {fail(
        text,
        { kind: "sign", ...token },
        "a number, a name in small letters, or one of + - * / ^ ( ) ,",
      );}
  }
  tokens.push({ kind: "end", text: "", position: text.length + 1 });
  return tokens;
}

function fail(formula: string, { kind, text, position }: Token, wanted: string): never {
  const came = kind === "end" ? "the end" : JSON.stringify(text);
  throw new SyntaxError(
    `Cannot read the formula ${
      JSON.stringify(formula)
    } at position ${position}: wanted ${wanted}, got ${came}`,
  );
}
