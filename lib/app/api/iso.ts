/** As every time is told: `2026-11-22T13:56:05.000Z`. */
export const iso = (time: number): string => new Date(time).toISOString();
