/** Milliseconds since 1970 of a time as the API writes it. */
export const instantOf = (iso: string): number => Date.parse(iso);
