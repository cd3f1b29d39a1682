import { ARITHMETICS } from "../../arithmetic.ts";
import { testKernels } from "../contract_tests.ts";
import { createReferenceKernels } from "./reference_kernels.ts";

for (const rounding of ARITHMETICS) {
  const factory = (elements: number) => createReferenceKernels(elements, { rounding });
  testKernels(`reference ${rounding}`, factory, factory);
}
