/** Debian's; another one is named by `CHROMIUM` in the environment. */
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
