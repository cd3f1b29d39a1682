import { assert } from "@std/assert";
import { fillNormal } from "./normal.ts";
import { PURPOSE, RandomStream } from "./philox.ts";

const key = { seed: 3, purpose: PURPOSE.probe, stream: 0 };

Deno.test("fillNormal() has the moments of the normal distribution", () => {
  const n = 100_001;
  const draws = new Float64Array(n);
  fillNormal(draws, 2, key);
  const moment = (power: number) => draws.reduce((sum, x) => sum + Math.pow(x / 2, power), 0) / n;
  assert(Math.abs(moment(1)) < 0.02); // 0
  assert(Math.abs(moment(2) - 1) < 0.02); // 1
  assert(Math.abs(moment(3)) < 0.05); // 0
  assert(Math.abs(moment(4) - 3) < 0.15); // 3
});

Deno.test("fillNormal() agrees with Box and Muller's formula by Math.log, Math.cos and Math.sin to 1e-12", () => {
  const draws = new Float64Array(1_000);
  fillNormal(draws, 1, key);
  const random = new RandomStream(key);
  for (let i = 0; i < draws.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()));
    const angle = 2 * Math.PI * random.uniform();
    assert(Math.abs(draws[i] - radius * Math.cos(angle)) < 1e-12);
    assert(Math.abs(draws[i + 1] - radius * Math.sin(angle)) < 1e-12);
  }
});
