/** Luck as the shell sees it; seeded in tests. */
export interface Random {
  /** A fresh id: 22 to 36 of `[0-9A-Za-z-]`, never repeated. */
  id(): string;
  /** A number in [0, 1). */
  fraction(): number;
}
