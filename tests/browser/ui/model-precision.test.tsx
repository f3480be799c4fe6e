import { afterEach, beforeEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { mountOpenStudio, type MountedStudio } from './mount.tsx';

let mounted: MountedStudio | undefined;

beforeEach(async () => {
  await page.viewport(1280, 800);
});

afterEach(() => {
  mounted?.[Symbol.dispose]();
  mounted = undefined;
});

test('the model line says the precision, its menu why, and float32 can be asked for', async () => {
  mounted = await mountOpenStudio();
  const line = page.getByRole('button', { name: /^Model: / });
  await expect.element(line).toHaveTextContent('fp16');
  await line.click();
  const facts = page.getByRole('region', { name: 'Model in use' });
  await expect.element(facts).toHaveTextContent('Float16 in feed-forward layers.');
  const precision = page.getByRole('radiogroup', { name: 'Precision' });
  await precision.getByRole('radio', { name: 'Float32' }).click();
  await expect.element(facts).toHaveTextContent('Float32, though this GPU allows float16.');
  expect(mounted.store.getState().models.preferences).toEqual({
    backend: 'auto',
    precision: 'fp32',
  });
  await precision.getByRole('radio', { name: 'Auto' }).click();
  await expect.element(facts).toHaveTextContent('Float16 in feed-forward layers.');
  expect(mounted.store.getState().models.preferences).toEqual({ backend: 'auto' });
});
