import { install } from '../../../nodes/support/install-packages.js';
import { CHROMIUM } from './chromium.js';

/** Debian's, with a font: its own recommendations are left out. */
export const setup = (): void => {
  if (process.env.CHROMIUM !== undefined) return;
  install({ chromium: CHROMIUM, 'fonts-dejavu-core': '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf' });
};
