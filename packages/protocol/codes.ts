/** Why a peer is refused, as a stable code; the sentence beside it is for people and may change. */

/** What each code means, and whether trying again later can help. */
export const REFUSALS = {
  "protocol-version": {
    retry: false,
    meaning: "coordinator and worker speak different versions of the protocol",
  },
  "arithmetic-version": {
    retry: false,
    meaning: "coordinator and worker are of versions that compute different bits",
  },
  "arithmetic": { retry: false, meaning: "the worker cannot compute in the run's arithmetic" },
  "token": { retry: false, meaning: "the token is missing or wrong" },
  "proof": { retry: false, meaning: "the worker's arithmetic proof has other bits than the coordinator's" },
  "wrong-bits": { retry: false, meaning: "an answer of the worker had other bits than the right one" },
  "dropped": { retry: false, meaning: "a person who controls the run sent the worker away" },
  "command": { retry: true, meaning: "a command makes no sense, or cannot be followed now" },
  "data": { retry: true, meaning: "the worker could not get the run's data set, or got other bytes" },
  "message": { retry: true, meaning: "a message or frame was malformed, too large, or out of turn" },
  "timeout": { retry: true, meaning: "the handshake took too long, or the peer fell silent" },
  "no-run": { retry: false, meaning: "no run is going there: it shows earlier runs only" },
  "full": { retry: true, meaning: "the coordinator has as many peers as it can take" },
} as const;

/** One of {@link REFUSALS}. */
export type RefusalCode = keyof typeof REFUSALS;

/** WebSocket close code for every refusal; the code itself travels in the message `refused`. */
export const CLOSE_REFUSED = 4000;

/** WebSocket close code of a run that has ended, or a worker that has left, as intended. */
export const CLOSE_DONE = 1000;

/** What is wrong with something that a peer sent. */
export interface Refusal {
  code: RefusalCode;
  /** One sentence: what was being done, what was wanted, what came. */
  reason: string;
}
