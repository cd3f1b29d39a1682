/** Every bound on what a peer may send or make us keep, with its reason. */
import { BATCH_SIZE_MAX } from "@tributary/core";

const KiB = 1024;
const MiB = 1024 * KiB;

/** All bounds; units are in the names. */
export const LIMITS = {
  /**
   * Tensors are cut into frames of at most this, so that one side reads a frame while the other writes the next (DECISIONS, 47). Far
   * below the 64 MiB on which Deno's WebSocket client fails.
   */
  frameBytesMax: 2 * MiB,
  /** Every frame of a gradient but its last one is at least as long: what is shorter waits for the next layer. */
  gradientFrameBytesMin: 1 * MiB,
  /** A text message: the longest is an evaluation's list of block losses, up to 30 bytes for each of the blocks. */
  messageBytesMax: 1 * MiB,
  /** Blocks in one evaluated range: of at least 256 samples each, 5 million samples. */
  blocksMax: 20_000,
  /** Samples of a probe: every worker has room for a block of an evaluation, which has at least so many. */
  probeSamplesMax: 256,
  /** Layers that a worker describes: at most 1.5 KB each, so that a description is one text message. */
  layersInspectedMax: 500,
  /** A tensor that a page may fetch: 784 x 1,000 weights as pictures, and no model that stops the coordinator while it is copied. */
  tensorBytesMax: 4 * MiB,
  /** All parameters, for a page: 8 million of them, four times the book's largest network, are copied in some milliseconds. */
  parametersFetchedBytesMax: 32 * MiB,
  /** Samples that a page fetches at once: 1,000 pictures of 28 x 28 as f32 are 3 MiB. */
  samplesFetchedBytesMax: 4 * MiB,
  /** Copies of all of these that pages have not read yet: a page that reads slowly, or a hundred of them, cannot fill the memory. */
  fetchedBytesInFlightMax: 128 * MiB,
  /** At the end of a run whose parameters a page has fetched, so long the last ones can be had. */
  lastFetchMs: 1_000,
  /** From the opening of a socket to its hello: an honest peer says hello at once. */
  helloTimeoutMs: 5_000,
  /** From welcome to ready: time to fetch a 200 MB data set over 20 Mbit/s and to compute the proof. */
  readyTimeoutMs: 120_000,
  /** A joining proof is believed to take at most this; a slower worker is merely helped sooner than it would need. */
  proofMsMax: 1_000,
  /** Refusals that are told one by one; more of them are counted only, so that strangers cannot fill logs and pages. */
  refusalsTold: 200,
  /** Idle sockets are pinged this often, so that a connection that has died without a word is noticed. */
  pingIntervalMs: 5_000,
  /**
   * A socket that has answered nothing for this long is closed. A worker cannot answer a ping while it computes, so this is
   * far longer than a range takes on a slow machine.
   */
  silenceMaxMs: 30_000,
  /** At the end of a run, sockets get this long to send what is queued: a last update of 10 MB over 40 Mbit/s. */
  goodbyeMs: 2_000,
  /** Workers in one run: 200 are known to work; the bound protects the coordinator's memory. */
  workersMax: 1_000,
  /** Threads of one worker: more than any machine of today has, and each needs memory for a batch of its own. */
  threadsMax: 256,
  /** Pages looking on at one time. */
  watchersMax: 100,
  /** Sockets that have not yet said hello. */
  strangersMax: 100,
  /** WebSockets in all: also those that were told that there is no room, and have not gone yet. More get no socket. */
  workSocketsMax: 1_200,
  watchSocketsMax: 200,
  /** Of strangers, from one address: who floods from one address leaves room for the others. */
  strangersPerAddressMax: 50,
  /**
   * Messages, frames and pings from one socket in a second. The fastest exchange measured has 3,000 rounds a second, and a
   * range has at most 2 log2(leaves) subtrees.
   */
  messagesPerSecondMax: 50_000,
  /** New connections from one address, at once and then per second: 256 local workers start with three each. */
  connectionBurst: 800,
  connectionsPerSecond: 100,
  /** The same for all addresses together. */
  connectionBurstInAll: 4_000,
  connectionsPerSecondInAll: 1_000,
  /** Connections open at one time that are no WebSocket: a browser has 6, and 256 local workers fetch the data at once. */
  httpConnectionsPerAddressMax: 400,
  httpConnectionsMax: 1_000,
  /** Requests of one connection that have no complete answer yet: the next may come while the last bytes leave. */
  httpRequestsAtOnceMax: 2,
  /**
   * Requests from one address, at once and then per second: a hundred pages that are opened behind one proxy ask 20 times each, and
   * then twice a second at most.
   */
  requestBurst: 3_000,
  requestsPerSecond: 300,
  /** The header of a request: proxies add some, and a browser sends the cookies of all programs on localhost. */
  httpHeaderBytesMax: 16 * KiB,
  /** Time for a request's header, and for the TLS handshake before it: one round trip, and a slow machine. */
  httpHeaderTimeoutMs: 5_000,
  /** Time for a whole request; the longest body is a run's new name. */
  httpRequestTimeoutMs: 10_000,
  /** An idle connection is kept this long for the next request. */
  httpKeepAliveMs: 5_000,
  /** A connection on which nothing moves, as when the other side does not read what it asked for. */
  httpStallMs: 60_000,
  /** A page's one message: its token is at most 256 letters. */
  watchRequestBytesMax: 4 * KiB,
  /** Commands from one page in a second: a person has ten fingers. */
  commandsPerSecondMax: 20,
  /** Bytes queued for a watcher that reads too slowly; then it is dropped, and reconnects with the whole history. */
  watcherQueueBytesMax: 64 * MiB,
  /** A watcher that answers no ping and reads nothing for so long is dropped: it has died, or reads no more. */
  watcherStallMs: 60_000,
  /** Length of a name that a peer gives itself. */
  nameLengthMax: 64,
  /** Steps that are told to a page within an update, as text; more of them come as bytes, in messages of their own. */
  textStepsMax: 500,
  /** Steps in one of these messages: 384 KiB, sent and read without a pause that could be noticed. */
  packedStepsMax: 8_192,
  /** Steps in one answer of the history: 2.4 MB; a long run comes in several. */
  runStepsMax: 50_000,
  /** Runs in one answer of the history, and the bytes that their descriptions may have: a list comes in several. */
  runsListedMax: 500,
  runsListedBytesMax: 2 * MiB,
  /** Events in one answer of the history: about 1 MB. */
  runEventsMax: 4_000,
  /** What a page sends to rename a run. */
  runEditBytesMax: 4 * KiB,
  /** A deleted run can be restored for a week. */
  deletedKeptMs: 7 * 24 * 3_600_000,
  /** Steps that the history keeps in memory while its file cannot be written: 5 minutes of 3,000 a second. */
  historyPendingMax: 1_000_000,
  /** Events of ranges that were late or moved, which are kept for pages; of more, the newest half. */
  rangeEventsMax: 4_000,
  /** A watcher's page is told what is new this often: smooth for an eye, cheap for the coordinator. */
  watchIntervalMs: 100,
  /** How the cluster does is told this often. */
  pulseIntervalMs: 400,
  /** Ranges in the picture of a step: more bars than an eye follows. */
  timelineBarsMax: 100,
  /** Parameters of one model: 4 GiB of memory holds parameters, gradient and activations up to here. */
  parametersMax: 256 * MiB,
  /** A data blob that a worker is willing to fetch. */
  dataBytesMax: 2_048 * MiB,
  /** Samples in one step. */
  batchSizeMax: BATCH_SIZE_MAX,
  /** A worker's pause before it connects again grows from the first to the second, with jitter. */
  reconnectFirstMs: 250,
  reconnectMaxMs: 10_000,
} as const;
