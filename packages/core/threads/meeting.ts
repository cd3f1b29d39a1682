/**
 * Where the threads of a crew meet. The first thread calls the others to a job, and all wait for one another between its parts.
 * A thread that waits looks a while, since the others are mostly there at once, and then sleeps.
 */

/** Words of shared memory that a meeting needs. */
export const MEETING_WORDS = 256;

/** Looks before a thread sleeps: some tens of microseconds. */
const LOOKS = 2_000;

// Places in the words.
/** Number of calls so far. */
const CALLS = 0;
/** Threads that have come to this meeting. */
const ARRIVED = 16;
/** Number of meetings so far. */
const MEETINGS = 32;
/** 0, or 1 more than the number of the thread that failed. */
const FAILED = 48;
/** Length of what it said, and its UTF-16 code units. */
const LENGTH = 49;
const TEXT = 50;

/** A thread of a crew threw an error; the crew is of no use any more. */
export class ThreadFailedError extends Error {
  override readonly name = "ThreadFailedError";
}

/** One thread's view of the meeting. */
export class Meeting {
  readonly #words: Int32Array;
  readonly #threads: number;
  #calls = 0;

  /** @param words at least {@link MEETING_WORDS}, zeroed, the same for all threads. */
  constructor(words: Int32Array, threads: number) {
    this.#words = words;
    this.#threads = threads;
  }

  /** The first thread: lets the others begin with what was written before. */
  call(): void {
    Atomics.add(this.#words, CALLS, 1);
    Atomics.notify(this.#words, CALLS);
  }

  /** The others: waits for the next call. */
  listen(): void {
    this.#wait(CALLS, this.#calls++);
  }

  /**
   * Comes back when all threads have come here, and sees what they have written.
   *
   * @throws {ThreadFailedError} when one of them never will.
   */
  join(): void {
    const words = this.#words;
    const meeting = Atomics.load(words, MEETINGS);
    if (Atomics.add(words, ARRIVED, 1) === this.#threads - 1) {
      Atomics.store(words, ARRIVED, 0);
      Atomics.add(words, MEETINGS, 1);
      Atomics.notify(words, MEETINGS);
    } else {
      this.#wait(MEETINGS, meeting);
    }
    if (Atomics.load(words, FAILED) > 0) throw new ThreadFailedError(this.#failure());
  }

  /** Tells the others that this thread never comes again. */
  fail(thread: number, error: unknown): void {
    const words = this.#words;
    if (Atomics.compareExchange(words, FAILED, 0, -1) !== 0) return; // Another one was first.
    const text = (error instanceof Error ? error.message : String(error)).slice(0, MEETING_WORDS - TEXT);
    words[LENGTH] = text.length;
    for (let i = 0; i < text.length; i++) words[TEXT + i] = text.charCodeAt(i);
    Atomics.store(words, FAILED, thread + 1);
    Atomics.add(words, MEETINGS, 1);
    Atomics.notify(words, MEETINGS);
  }

  #failure(): string {
    const words = this.#words;
    const text = String.fromCharCode(...words.subarray(TEXT, TEXT + words[LENGTH]));
    return `Thread ${
      Atomics.load(words, FAILED)
    } of ${this.#threads} failed, and its worker with it: ${text}`;
  }

  /** Waits while a word has a value. */
  #wait(at: number, value: number): void {
    for (let i = 0; i < LOOKS; i++) {
      if (Atomics.load(this.#words, at) !== value) return;
    }
    while (Atomics.load(this.#words, at) === value) Atomics.wait(this.#words, at, value);
  }
}
