import { testMachine } from "../machine_tests.ts";
import { NeonMachine } from "./neon_machine.ts";

if (Deno.build.arch === "aarch64") testMachine("neon", () => new NeonMachine());
