/** A model for the scripted run: trained in this process, in about a second, on the digits that its description names. */
import { trainNetwork } from "@tributary/core";
import { loadDataSet } from "../../../packages/coordinator/data_sources/load_data_set.ts";
import type { PageDataSource } from "../../../packages/coordinator/server/page_data.ts";

/** What a page can fetch of it, as of the step. */
export async function scriptedModel(step: number): Promise<PageDataSource> {
  const dataSet = await loadDataSet("mnist-full");
  const network = trainNetwork({
    dataSet,
    layers: [
      { type: "dense", units: 100, activation: "sigmoid" },
      { type: "dense", units: 10, activation: "sigmoid" },
    ],
    optimiser: { type: "sgd", learningRate: 0.5 },
    epochs: 1,
    batchSize: 10,
  });
  const parameters = network.parameters();
  const bytes = new Uint8Array(parameters.buffer);
  return { dataSet, parameters: () => ({ step, shape: [parameters.length], bytes }) };
}
