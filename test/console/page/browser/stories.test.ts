import { describe, expect, it } from 'vitest';
import { axeViolations, hasBrowser, shoot } from '../support/browser.js';
import { opened } from '../support/opened.js';
import { STORIES } from '../support/stories.js';

const DESK = { width: 1440, height: 900 };
const LOOKS = [
  { look: 'dark', options: { colorScheme: 'dark', viewport: DESK } },
  { look: 'light', options: { colorScheme: 'light', viewport: DESK } },
  { look: 'phone', options: { colorScheme: 'dark', viewport: { width: 400, height: 800 } } },
] as const;

describe.skipIf(!hasBrowser)('the page in a browser', () => {
  const { open, errors } = opened();

  describe.each(LOOKS)('$look', ({ look, options }) => {
    it.each(Object.keys(STORIES))('shows %s whole, readable and without an error', async (name) => {
      const page = await open(name, options);
      await page.waitForTimeout(150);
      await shoot(page, `${name}-${look}`);
      expect(errors).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
      expect(await axeViolations(page)).toEqual([]);
    });
  });
});
