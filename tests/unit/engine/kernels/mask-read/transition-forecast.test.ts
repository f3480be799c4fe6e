import { expect, test } from 'vitest';
import { TransitionForecast } from '../../../../../src/engine/kernels/mask-read/transition-forecast.ts';

const LEAST = 1024;

test('small masks are read by the least there is', () => {
  const forecast = new TransitionForecast();
  expect(forecast.changesOf(1)).toBe(LEAST);
  for (const changes of [0, 12, 800]) {
    forecast.note(1, changes);
    expect(forecast.changesOf(1)).toBe(LEAST);
  }
});

test('a quarter more than large masks is read next, until they are long ago', () => {
  const forecast = new TransitionForecast();
  forecast.note(3, 4000);
  expect(forecast.changesOf(3)).toBe(5000);
  for (let i = 0; i < 7; i++) forecast.note(3, 100);
  expect(forecast.changesOf(3)).toBe(5000);
  forecast.note(3, 100);
  expect(forecast.changesOf(3)).toBe(LEAST);
});

test('a click on one object changes nothing for frames of several, nor they for it', () => {
  const forecast = new TransitionForecast();
  forecast.note(4, 6000);
  forecast.note(1, 2000);
  expect(forecast.changesOf(4)).toBe(7500);
  expect(forecast.changesOf(1)).toBe(2500);
  expect(forecast.changesOf(2)).toBe(LEAST);
});
