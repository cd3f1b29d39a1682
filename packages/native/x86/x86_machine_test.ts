import { testMachine } from "../machine_tests.ts";
import { Avx2Machine } from "./avx2_machine.ts";
import { Avx512Machine } from "./avx512_machine.ts";

if (Deno.build.arch === "x86_64") {
  testMachine("avx2", () => new Avx2Machine());
  // Run where the processor has it; its encodings are tested everywhere.
  if (Deno.readTextFileSync("/proc/cpuinfo").includes("avx512vl")) {
    testMachine("avx512", () => new Avx512Machine());
    testMachine("avx512-256", () => new Avx512Machine(8));
  }
}
