/** One line of the bench: a number, and what it must not exceed. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  /** Such as `calls` or `ms CPU`; a dollar amount has `$`. */
  readonly unit: string;
  /** Absent when nothing was promised: the line informs. */
  readonly limit?: Limit;
  /** What InfraKit needs for the same. */
  readonly infrakit?: number;
  /** What the number is made of. */
  readonly detail?: string;
}

export type Limit = { readonly atMost: number } | { readonly below: number };

/** A group of lines that are measured together, in a world of their own. */
export interface Measurement {
  readonly name: string;
  readonly title: string;
  readonly run: (options: MeasureOptions) => Promise<Measured>;
}

export interface MeasureOptions {
  /** Virtual hours of the load; its own default when absent. */
  readonly hours?: number;
}

export interface Measured {
  readonly figures: readonly Figure[];
  /** Conditions and assumptions that the numbers rest on. */
  readonly notes: readonly string[];
}

export const isMissed = ({ value, limit }: Figure): boolean => {
  if (limit === undefined) return false;
  return 'atMost' in limit ? value > limit.atMost : value >= limit.below;
};
