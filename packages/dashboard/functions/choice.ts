/** The function that a person chose, as it stands in the address. */
import type { Choice } from "./messages.ts";

/** Names in the address. */
export const CHOICE_PARAMS = {
  formula: "f",
  from: "from",
  to: "to",
  pieces: "pieces",
  hidden: "hidden",
} as const satisfies Record<keyof Choice, string>;

/** Functions to begin with; the first one is the book's. */
export const EXAMPLES: readonly { name: string; formula: string }[] = [
  { name: "The book's", formula: "0.2 + 0.4x^2 + 0.3x sin(15x) + 0.05cos(50x)" },
  { name: "Sine", formula: "0.5 + 0.4sin(2pi x)" },
  { name: "Step", formula: "0.2 + 0.6/(1 + exp(-60(x - 0.5)))" },
  { name: "Hill", formula: "exp(-20(x - 0.5)^2 - 20(y - 0.5)^2)" },
  { name: "Waves", formula: "0.5 + 0.4sin(6x)cos(5y)" },
];

/** What the address says; where it says nothing, the book's function from 0 to 1. */
export function choiceOf(params: URLSearchParams): Choice {
  const number = (name: string) => {
    const text = params.get(name)?.trim();
    return text ? Number(text) : null;
  };
  return {
    formula: params.get(CHOICE_PARAMS.formula) ?? EXAMPLES[0].formula,
    from: number(CHOICE_PARAMS.from) ?? 0,
    to: number(CHOICE_PARAMS.to) ?? 1,
    pieces: number(CHOICE_PARAMS.pieces),
    hidden: number(CHOICE_PARAMS.hidden),
  };
}

/** Whether two are the same. */
export function isSameChoice(a: Choice, b: Choice): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
