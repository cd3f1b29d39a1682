/** What coordinator, worker and page say to each other: types, encoders, decoders, limits. No I/O. */
export {
  COORDINATOR_ENDED,
  emptySteps,
  type Evaluation,
  isVoidAfter,
  type JoinLinks,
  type RunFacts,
  type StepColumns,
  type TrainingEvent,
  type WatchRequest,
  type WatchUpdate,
  type WorkerFacts,
  type WorkerProgress,
} from "./events.ts";
export { type GradientPoint, gradientPoint, withGradientPoint } from "./gradient_history.ts";
export type { Inspect, Inspected } from "./inspection.ts";
export { stringify, wireNumber } from "./json.ts";
export { LIMITS } from "./limits.ts";
export { parseRunDescription, type RunDescription } from "./run_description.ts";
export {
  type Command,
  type CommandAnswer,
  type CommandRequest,
  decodeCommandRequest,
  encodeCommandAnswer,
  encodeCommandRequest,
} from "./commands.ts";
export { decodeRunName, RUN_NAME_LENGTH_MAX } from "./run_edit.ts";
export {
  packSteps,
  STEP_BYTES,
  STEP_COLUMNS,
  type StepArrays,
  unpackSteps,
  viewSteps,
} from "./packed_steps.ts";
export {
  decodeRuns,
  type Figure,
  figuresOf,
  type RunEvents,
  type RunFigures,
  type RunList,
  type RunStanding,
  type RunSummary,
  SEEN_INTERVAL_MS,
  standingAt,
} from "./run_summary.ts";
export { countPresses } from "./presses.ts";
export { reconnectPauseMs } from "./reconnect.ts";
export { isSettings, type Settings, SETTINGS_ENTRIES, settingsOf } from "./settings.ts";
export type { ClusterPulse, Speedup, StepBar, StepTimeline, WorkerPulse } from "./pulse.ts";
export { forgetOldRanges, type ForgottenRanges, isOfRange, NONE_FORGOTTEN } from "./range_events.ts";
export { cleanText } from "./text.ts";
export { UserError } from "./user_error.ts";
export { PROTOCOL_VERSION } from "./version.ts";
export {
  decodeRunEvents,
  decodeWatchMessage,
  decodeWatchRequest,
  decodeWatchUpdate,
  encodeWatchRequest,
  encodeWatchUpdate,
  type StepsTold,
} from "./watch.ts";
export { CLOSE_DONE, CLOSE_REFUSED, type Refusal, type RefusalCode, REFUSALS } from "./codes.ts";
export {
  allocateFrames,
  allocateGradientFrames,
  type Frame,
  FRAME_ELEMENTS_MAX,
  FRAME_HEADER_BYTES,
  frameCount,
  type FrameHeader,
  GRADIENT_ELEMENTS_MIN,
  type GradientFrame,
  readFrame,
  writeFrames,
  writeGradientFrame,
} from "./frames.ts";
export { sha256Hex, toHex } from "./hash.ts";
export {
  type CoordinatorMessage,
  decodeCoordinatorMessage,
  decodeWorkerMessage,
  type Differentiate,
  encodeMessage,
  type Ended,
  type Evaluate,
  type Evaluated,
  type Hello,
  type Leaving,
  type Ready,
  type Refused,
  type Welcome,
  type WorkerMessage,
} from "./worker_messages.ts";
