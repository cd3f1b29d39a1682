/** The faults of the soak test: how each of them strikes a worker or the coordinator, and how things are put right again. */
import type { FaultyRun } from "../support/faulty_run.ts";
import type { FrameFault } from "../support/faulty_link.ts";

/** A fault that has struck. */
export interface Struck {
  kind?: FaultKind["name"];
  /** The longest time without a step soon after it. */
  gapMs: number;
  /** Until the worker took part again; null where it never left, or the run was over before. */
  backMs: number | null;
}

/** One kind of fault. */
export interface FaultKind {
  name: "coordinator" | "kill" | "restart" | "stop" | "slow" | "down" | FrameFault;
  /** @returns null when it did not come to it. */
  strike(run: FaultyRun, worker: string, draw: (below: number) => number): Promise<Struck | null>;
}

/** A worker that is asked for nothing for so long is left alone. */
const STRIKE_PATIENCE_MS = 5_000;
/** Time in which gaps between steps are put down to a fault. */
const AFTER_MS = 600;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until a worker that had to go is there again, and some time has passed. */
async function recover(run: FaultyRun, at: number, { mustJoin }: { mustJoin: boolean }): Promise<Struck> {
  const { watcher } = run;
  const joined = () => watcher.eventsOf("workerJoined").find((event) => event.at >= at)?.at;
  const back = mustJoin ? await run.unlessOver(watcher.until("a worker to come back", joined)) : null;
  await run.unlessOver(pause(Math.max(0, at + AFTER_MS - Date.now())));
  return { gapMs: watcher.longestGapMs(at, AFTER_MS), backMs: back === null ? null : back - at };
}

/** Ends a worker's process and starts it again. */
function replace(name: "kill" | "restart", signal: Deno.Signal): FaultKind {
  return {
    name,
    async strike(run, worker) {
      const at = Date.now();
      run.worker(worker).task.signal(signal);
      await run.replaceWorker(worker);
      return recover(run, at, { mustJoin: true });
    },
  };
}

/** Does something for a while. */
function forAWhile(
  name: "stop" | "slow" | "down",
  begin: (run: FaultyRun, worker: string, draw: (below: number) => number) => void,
  end: (run: FaultyRun, worker: string) => void,
): FaultKind {
  return {
    name,
    async strike(run, worker, draw) {
      const at = Date.now();
      begin(run, worker, draw);
      await run.unlessOver(pause(300 + draw(900)));
      end(run, worker);
      return recover(run, at, { mustJoin: name === "down" });
    },
  };
}

/** Something happens to one frame. */
function frameFault(name: FrameFault, isFinal: boolean): FaultKind {
  return {
    name,
    async strike(run, worker) {
      const { link, task } = run.worker(worker);
      const at = await run.unlessOver(Promise.race([link.strike(name), pause(STRIKE_PATIENCE_MS)]));
      link.calm();
      if (typeof at !== "number") return null;
      if (isFinal) {
        // It is sent away for good, and ends.
        await run.unlessOver(task.finished());
        await run.replaceWorker(worker);
      } else {
        await run.unlessOver(run.watcher.event("workerLeft", (event) => event.at >= at));
      }
      return recover(run, at, { mustJoin: true });
    },
  };
}

/** The coordinator is killed at any moment, and comes back from its newest checkpoint; the workers find it by themselves. */
const coordinatorKill: FaultKind = {
  name: "coordinator",
  async strike(run, _worker, draw) {
    await run.unlessOver(pause(draw(400)));
    if (!run.isRunning) return null;
    const at = await run.killCoordinator(draw(500));
    if (at === null) return null;
    const { watcher } = run;
    const back = await run.unlessOver(watcher.until("a step of the new coordinator", () => {
      const last = watcher.steps.at.at(-1) ?? 0;
      return last > at ? last : undefined;
    }));
    return { gapMs: watcher.longestGapMs(at, AFTER_MS), backMs: back === null ? null : back - at };
  },
};

/** All kinds. */
export const FAULTS: readonly FaultKind[] = [
  coordinatorKill,
  replace("kill", "SIGKILL"),
  replace("restart", "SIGINT"),
  forAWhile(
    "stop",
    (run, worker) => run.worker(worker).task.signal("SIGSTOP"),
    (run, worker) => run.worker(worker).task.signal("SIGCONT"),
  ),
  forAWhile("slow", (run, worker, draw) => {
    run.worker(worker).link.delayMs = 5 + draw(50);
    run.worker(worker).link.bytesPerSecond = 1e6 * (1 + draw(10));
  }, (run, worker) => run.worker(worker).link.heal()),
  forAWhile(
    "down",
    (run, worker) => run.worker(worker).link.cut(),
    (run, worker) => run.worker(worker).link.heal(),
  ),
  frameFault("cut", false),
  frameFault("duplicate", false),
  frameFault("replay", false),
  frameFault("flip", true),
];
