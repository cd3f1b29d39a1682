/** The last line of each host, for a person: in place on a terminal, one after the other elsewhere. */

/** Where lines go. */
export interface Screen {
  /** Whether lines can be written over. */
  isTerminal: boolean;
  write(text: string): void;
  /** In characters. */
  size(): { columns: number; rows: number };
}

/** One line for each host. */
export class HostList {
  readonly #screen: Screen;
  readonly #width: number;
  readonly #lines: { host: string; text: string }[];
  /** Lines on the terminal that belong to the list. */
  #shown = 0;

  constructor(screen: Screen, hosts: readonly string[]) {
    this.#screen = screen;
    this.#width = Math.max(...hosts.map((host) => host.length));
    this.#lines = hosts.map((host) => ({ host, text: "..." }));
    if (screen.isTerminal) this.#show();
  }

  /** Replaces the line of host number `index`. */
  say(index: number, text: string): void {
    const line = this.#lines[index];
    line.text = text;
    if (this.#screen.isTerminal && this.#lines.length < this.#screen.size().rows) this.#show();
    else this.#screen.write(`${this.#format(line)}\n`);
  }

  #show(): void {
    const { columns } = this.#screen.size();
    const up = this.#shown > 0 ? `\x1b[${this.#shown}A` : "";
    const lines = this.#lines.map((line) => `\r\x1b[K${this.#format(line).slice(0, columns - 1)}\n`);
    this.#screen.write(up + lines.join(""));
    this.#shown = this.#lines.length;
  }

  #format({ host, text }: { host: string; text: string }): string {
    return `${host.padEnd(this.#width)}  ${text}`;
  }
}
