/** A stream to write to. */
export interface Output {
  write(text: string): void;
  readonly isTTY: boolean;
  readonly columns?: number;
}

/** The process as the CLI sees it; only `bin/` makes a real one. */
export interface Io {
  /** Answers, and nothing else. */
  readonly stdout: Output;
  /** Progress, questions, warnings and errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory. */
  readonly directory: string;
  /** Whether a person can be asked. */
  readonly interactive: boolean;
  /** Asks on the terminal; the answer without its line end. */
  ask(question: string): Promise<string>;
  readFile(path: string): Promise<string>;
  /** Fails with the code `EEXIST` where something is already. */
  createFile(path: string, text: string): Promise<void>;
  readStdin(): Promise<string>;
  /** Raised when the user wants to stop (Ctrl-C). */
  readonly signal: AbortSignal;
  /** Shows `text` as busy until stopped; only called when standard error is a terminal. */
  spinner(text: string): Spinner;
}

export interface Spinner {
  update(text: string): void;
  stop(): void;
}
