/** A thread of a crew whose program is slow to load: it listens some time after it was started. */
import { kernelsOfCheckout } from "../../packages/worker/native_kernels.ts";
import { runThread } from "../../packages/worker/threads/thread.ts";

await new Promise((resolve) => setTimeout(resolve, 100));
runThread((name) => kernelsOfCheckout(name, () => {}));
