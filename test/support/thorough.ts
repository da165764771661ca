/** `all` when `HOLDFAST_THOROUGH` is set, as in CI; else `few`, so that the whole suite stays short on a laptop. */
export const thoroughly = <T>(all: T, few: T): T => (process.env.HOLDFAST_THOROUGH ? all : few);
