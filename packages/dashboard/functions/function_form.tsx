/** Where a person writes a function. */
import type { TargetedEvent, VNode } from "preact";
import type { Address } from "../page/address.ts";
import { CHOICE_PARAMS, choiceOf, EXAMPLES } from "./choice.ts";

/** What is written stands in the address at once; it is computed when the writing rests. */
export function FunctionForm({ address, mistake }: { address: Address; mistake: string }): VNode {
  const { formula, from, to, pieces, hidden } = choiceOf(address.params.value);
  const write = (name: keyof typeof CHOICE_PARAMS) => (event: TargetedEvent<HTMLInputElement>) =>
    address.set({ [CHOICE_PARAMS[name]]: event.currentTarget.value || null });
  return (
    <section class="card function-form" aria-labelledby="function-title">
      <h2 id="function-title">Any function</h2>
      <p class="note">
        Write one of x, or of x and y. A network with enough hidden neurons computes it, as closely as one
        likes.
      </p>
      <div class="fields">
        <label class="formula">
          f =
          <input
            type="text"
            value={formula}
            spellcheck={false}
            autocapitalize="off"
            autocomplete="off"
            aria-label="Formula"
            aria-invalid={mistake !== ""}
            aria-describedby="formula-mistake"
            onInput={write("formula")}
          />
        </label>
        <NumberField label="from" value={from} onInput={write("from")} />
        <NumberField label="to" value={to} onInput={write("to")} />
        <NumberField label="bumps" value={pieces} placeholder="auto" onInput={write("pieces")} />
        <NumberField label="hidden neurons" value={hidden} placeholder="auto" onInput={write("hidden")} />
      </div>
      <p id="formula-mistake" class="mistake" role="status">{mistake && `${mistake}.`}</p>
      <div class="examples">
        {EXAMPLES.map(({ name, formula: example }) => (
          <button
            key={name}
            type="button"
            class="button"
            aria-pressed={example === formula}
            onClick={() => address.set({ ...CLEARED, [CHOICE_PARAMS.formula]: example })}
          >
            {name}
          </button>
        ))}
      </div>
    </section>
  );
}

const CLEARED = Object.fromEntries(Object.values(CHOICE_PARAMS).map((name) => [name, null]));

interface NumberFieldProps {
  label: string;
  value: number | null;
  placeholder?: string;
  onInput: (event: TargetedEvent<HTMLInputElement>) => void;
}

function NumberField({ label, value, placeholder, onInput }: NumberFieldProps): VNode {
  return (
    <label>
      {label}
      <input type="number" step="any" value={value ?? ""} placeholder={placeholder} onInput={onInput} />
    </label>
  );
}
