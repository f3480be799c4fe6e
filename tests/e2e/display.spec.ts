import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { Studio } from './studio.ts';

const SAMPLE = { width: 640, height: 360 };
const MUG = { x: 438, y: 262 };

async function openSample(page: Page): Promise<Studio> {
  const studio = new Studio(page);
  await studio.open();
  await page.getByRole('button', { name: 'Try the sample' }).click();
  await studio.modelReady();
  return studio;
}

/** The colours that a control has on the screen. */
async function colorsOf(page: Page, name: string) {
  const control = page.getByRole('button', { name, exact: true });
  return control.evaluate((element) => {
    const { color, backgroundColor } = getComputedStyle(element);
    return { color, backgroundColor };
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`more contrast is seven to one everywhere, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme, contrast: 'more', reducedMotion: 'reduce' });
    const studio = await openSample(page);
    await studio.clickVideo(MUG, SAMPLE);
    await studio.answered();
    await expectEnhanced(page, 'prompted');
    await page.keyboard.press('Control+K');
    await expect(page.getByRole('combobox', { name: 'Search actions' })).toBeFocused();
    await expectEnhanced(page, 'palette');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+E');
    await expect(page.getByRole('dialog', { name: 'Export' })).toBeVisible();
    await expectEnhanced(page, 'export');
  });
}

async function expectEnhanced(page: Page, state: string): Promise<void> {
  const axe = new AxeBuilder({ page }).withRules(['color-contrast', 'color-contrast-enhanced']);
  const { violations, passes } = await axe.analyze();
  const found = violations.flatMap(({ nodes }) =>
    nodes.map(({ target, any }) => `${target.join(' ')}: ${any[0]?.message ?? ''}`),
  );
  expect(found, state).toEqual([]);
  expect(passes.map(({ id }) => id)).toContain('color-contrast-enhanced');
}

test('in the user’s own colours, what is chosen and what matters most can be told', async ({
  page,
}) => {
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  const studio = await openSample(page);
  await studio.clickVideo(MUG, SAMPLE);
  await studio.answered();
  const tools = page.getByRole('radiogroup', { name: 'Tool' }).getByRole('radio');
  const outlines = await tools.evaluateAll((all) =>
    all.map((tool) => [tool.ariaChecked, getComputedStyle(tool).outlineStyle]),
  );
  expect(outlines.length).toBeGreaterThan(3);
  for (const [isChecked, style] of outlines) {
    expect(style, String(isChecked)).toBe(isChecked === 'true' ? 'solid' : 'none');
  }
  const forward = await colorsOf(page, 'Forward');
  const back = await colorsOf(page, 'Backward');
  expect(forward.backgroundColor).not.toBe(back.backgroundColor);
  expect(forward.color).not.toBe(forward.backgroundColor);
  // The lanes are on a canvas, which the browser does not recolour: the object's colour is its own.
  const swatch = page.locator('.object-badge').first();
  const [shown, own] = await swatch.evaluate((element: HTMLElement) => [
    getComputedStyle(element).backgroundColor,
    element.style.backgroundColor,
  ]);
  expect(shown).toBe(own);
  await page.keyboard.press('Tab');
  const focus = await page.evaluate(() => {
    const { outlineStyle, outlineColor } = getComputedStyle(
      document.activeElement ?? document.body,
    );
    return { outlineStyle, isSeen: outlineColor !== 'rgba(0, 0, 0, 0)' };
  });
  expect(focus).toEqual({ outlineStyle: 'solid', isSeen: true });
});

test('with reduced motion nothing moves by itself', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const studio = await openSample(page);
  await studio.clickVideo(MUG, SAMPLE);
  await page.getByRole('button', { name: /^Messages/ }).click();
  await studio.answered();
  const longest = await page.evaluate(() =>
    Math.max(
      0,
      ...document
        .getAnimations()
        .map(({ effect }) => Number(effect?.getComputedTiming().endTime ?? 0)),
    ),
  );
  expect(longest).toBeLessThan(20);
});

test.describe('with fingers', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 1024, height: 700 } });

  test('a tap segments, and what is pressed is large enough', async ({ page }) => {
    const studio = await openSample(page);
    await studio.tapVideo(MUG, SAMPLE);
    await studio.answered();
    await expectTargets(page, 'the page');
    await page.getByRole('button', { name: 'Export…' }).tap();
    await expect(page.getByRole('dialog', { name: 'Export' })).toBeVisible();
    await expectTargets(page, 'the export dialog');
    await expect(page.getByRole('button', { name: 'Save…' })).toBeInViewport({ ratio: 1 });
    await page.getByRole('button', { name: 'Close' }).tap();
    await page.getByRole('button', { name: 'Search actions' }).tap();
    await expect(page.getByRole('combobox', { name: 'Search actions' })).toBeVisible();
    await expectTargets(page, 'the palette');
    await page.keyboard.press('Escape');
    await expectToFit(page, { width: 1024, height: 700 });
  });
});

test('nothing is cut off, from a third of a screen to a 4K desk', async ({ page }) => {
  const studio = await openSample(page);
  await studio.clickVideo(MUG, SAMPLE);
  await studio.answered();
  for (const size of [
    { width: 640, height: 900 },
    { width: 999, height: 700 },
    { width: 1024, height: 700 },
    { width: 1440, height: 900 },
    { width: 2560, height: 1440 },
    { width: 3840, height: 2160 },
  ]) {
    await page.setViewportSize(size);
    await expectToFit(page, size);
  }
});

/** The page has its place some time after its window has. */
async function expectToFit(
  page: Page,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<void> {
  const misfits = () =>
    page.evaluate(
      ([maxRight, maxBottom]) =>
        ['html', '.header', '.rail', '.transport', '.panel', '.stage', '.stage-bar'].flatMap(
          (selector) => {
            const element = document.querySelector(selector);
            if (element === null) return [`there is no ${selector}`];
            const { right, bottom } = element.getBoundingClientRect();
            const { scrollWidth, scrollHeight, clientWidth, clientHeight } = element;
            const isCut = scrollWidth > clientWidth || scrollHeight > clientHeight;
            const isBeyond = right > maxRight || bottom > maxBottom;
            return [
              ...(isCut ? [`${selector} is cut off`] : []),
              ...(isBeyond ? [`${selector} reaches to ${right}, ${bottom}`] : []),
            ];
          },
        ),
      [width, height] as const,
    );
  await expect.poll(misfits, `at ${width} × ${height}`).toEqual([]);
}

/** 44 pixels one way and 36 the other. */
async function expectTargets(page: Page, state: string): Promise<void> {
  const controls = page.locator(
    'button, select, input, label:has(input[type="radio"]), [role="option"], [role="tab"]',
  );
  const sizes = await controls.evaluateAll((all) =>
    all
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      // Those of the native kind take presses on their label; markers on a ring around them.
      .filter((element) => !element.matches('input[type="radio"], .point-marker'))
      .filter((element) => element.closest('[aria-hidden="true"]') === null)
      .map((element) => {
        const { width, height } = element.getBoundingClientRect();
        const name = element.getAttribute('aria-label') ?? element.textContent;
        return { name: `${element.className} ${name}`, width, height };
      }),
  );
  expect(sizes.length).toBeGreaterThan(5);
  const small = sizes.filter(
    ({ width, height }) => Math.max(width, height) < 44 || Math.min(width, height) < 36,
  );
  expect(small, state).toEqual([]);
}
