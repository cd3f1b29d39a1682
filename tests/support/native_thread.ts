/** A thread of a crew whose native kernels are those of the processor, whatever their speed was found to be. */
import { runThread } from "../../packages/worker/threads/thread.ts";
import { testKernelsNamed } from "./native.ts";

runThread(testKernelsNamed);
