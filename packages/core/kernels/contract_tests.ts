/**
 * The contract of {@link Kernels} as tests: values computed by hand, and the same bits as the reference of the same
 * arithmetic in the whole memory, so that a write outside of an output is noticed too.
 */
import { testActivations } from "./contract/activations.ts";
import { testConvolutions } from "./contract/convolutions.ts";
import { testData } from "./contract/data.ts";
import { testLosses } from "./contract/losses.ts";
import { pairOf } from "./contract/pair.ts";
import { testPictures } from "./contract/pictures.ts";
import { testPools } from "./contract/pools.ts";
import { testProducts } from "./contract/products.ts";
import { testRandom } from "./contract/random.ts";
import { testUpdates } from "./contract/updates.ts";
import type { KernelsFactory } from "./kernels.ts";

/** Registers the tests of one implementation; `reference` makes reference kernels of the same arithmetic. */
export function testKernels(name: string, factory: KernelsFactory, reference: KernelsFactory): void {
  const pair = pairOf(factory, reference);
  testProducts(name, pair);
  testConvolutions(name, pair);
  testPools(name, pair);
  testActivations(name, pair);
  testLosses(name, pair);
  testData(name, pair);
  testPictures(name, pair);
  testRandom(name, pair);
  testUpdates(name, pair);
}
