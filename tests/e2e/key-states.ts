import { test, type Page } from '@playwright/test';

/** A small laptop, a usual window, a wall of pixels. */
const SIZES = [
  { width: 1024, height: 700 },
  { width: 1440, height: 900 },
  { width: 3840, height: 2160 },
] as const;

/**
 * Keeps pictures of the page as it is now, in each size and theme, with the test's output: for
 * people to look at. Nothing is compared.
 */
export async function keepPictures(page: Page, state: string): Promise<void> {
  const before = page.viewportSize();
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // The stage is drawn by a worker, a frame or two after its size has changed.
      await page.waitForTimeout(150);
      const name = `${state} ${size.width} ${colorScheme}`;
      await page.screenshot({ path: test.info().outputPath(`${name.replaceAll(' ', '-')}.png`) });
    }
  }
  if (before !== null) await page.setViewportSize(before);
}
