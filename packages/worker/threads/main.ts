/** A thread of a worker that runs from a checkout. The served program and the page's Web Worker are their own threads. */
import { kernelsOfCheckout } from "../native_kernels.ts";
import { runThread } from "./thread.ts";

runThread((name) => kernelsOfCheckout(name, () => {}));
