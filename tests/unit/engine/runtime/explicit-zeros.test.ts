import { expect, test } from 'vitest';
import { withExplicitZeros } from '../../../../src/engine/runtime/explicit-zeros.ts';

test.each([
  ['var sum : f32;', 'var sum : f32 = f32();'],
  ['{var x:vec4<f32> ;', '{var x : vec4<f32> = vec4<f32>();'],
  ['var qk_1 : vec4<qk_precision>;', 'var qk_1 : vec4<qk_precision> = vec4<qk_precision>();'],
  ['var tile: array<vec4f, 4>;', 'var tile : array<vec4f, 4> = array<vec4f, 4>();'],
  ['for (var i: u32; i < 4u; i++) {}', 'for (var i : u32 = u32(); i < 4u; i++) {}'],
  ['var a: f32; var b: i32;', 'var a : f32 = f32(); var b : i32 = i32();'],
])('%s', (code, expected) => {
  expect(withExplicitZeros(code)).toBe(expected);
});

test.each([
  'var sum : f32 = 1.0;',
  'var sum = a == b;',
  'let sum : f32 = 0;',
  'var<private> tile : array<f32, 4>;',
  'var<workgroup> tile : array<f32, 4>;',
  '@group(0) @binding(0) var<storage, read> q: array<vec4<f32>>;',
  '@group(0) @binding(1) var frame: texture_external;',
  '@group(0) @binding(2) var nearest: sampler;',
])('leaves %s', (code) => {
  expect(withExplicitZeros(code)).toBe(code);
});
