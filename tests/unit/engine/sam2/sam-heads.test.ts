import { expect, test } from 'vitest';
import { chooseMask } from '../../../../src/engine/sam2/sam-heads.ts';
import { int32Constant, runGraph } from '../../../helpers/run-graph.ts';

const PIXELS = 100;

/** A mask 0 with so many pixels well inside and so many between the two thresholds. */
function maskLogits({ inside, between }: { inside: number; between: number }): Float32Array {
  const masks = new Float32Array(4 * PIXELS).fill(-5);
  masks.fill(5, 0, inside);
  masks.fill(0, inside, inside + between);
  return masks;
}

interface Asked {
  readonly isMultimask: boolean;
  readonly multimaskIndex?: number;
}

async function choose(masks: Float32Array, ious: readonly number[], asked: boolean | Asked) {
  const { isMultimask, multimaskIndex = 0 } =
    typeof asked === 'boolean' ? { isMultimask: asked } : asked;
  const { data } = await runGraph((g) => {
    const { maskIndex, tokenIndex } = chooseMask(g, {
      masks: g.constant(masks, [4, PIXELS]),
      ious: g.constant(Float32Array.from(ious)),
      isMultimask: int32Constant(g, [isMultimask ? 1 : 0]),
      multimaskIndex: int32Constant(g, [multimaskIndex]),
    });
    return g.concat([maskIndex, tokenIndex], 0);
  });
  return { mask: data[0], token: data[1] };
}

const stable = maskLogits({ inside: 98, between: 2 });
const unstable = maskLogits({ inside: 97, between: 3 });
const empty = maskLogits({ inside: 0, between: 0 });

test('multimask takes the best of masks 1 to 3, and its token', async () => {
  expect(await choose(stable, [0.9, 0.1, 0.2, 0.3], true)).toEqual({ mask: 3, token: 3 });
  expect(await choose(stable, [0.9, 0.5, 0.2, 0.3], true)).toEqual({ mask: 1, token: 1 });
  expect(await choose(unstable, [0.9, 0.1, 0.7, 0.3], true)).toEqual({ mask: 2, token: 2 });
});

test('of equals the first is taken', async () => {
  expect(await choose(stable, [0, 0.5, 0.5, 0.5], true)).toEqual({ mask: 1, token: 1 });
  expect(await choose(stable, [0, 0.2, 0.5, 0.5], true)).toEqual({ mask: 2, token: 2 });
});

test('a single mask is mask 0 while at least 0.98 of it is stable', async () => {
  expect(await choose(stable, [0.1, 0.2, 0.3, 0.4], false)).toEqual({ mask: 0, token: 0 });
  expect(await choose(empty, [0.1, 0.2, 0.3, 0.4], false)).toEqual({ mask: 0, token: 0 });
});

test('an unstable single mask gives way to the best of the others but keeps its token', async () => {
  expect(await choose(unstable, [0.9, 0.2, 0.4, 0.3], false)).toEqual({ mask: 2, token: 0 });
  const onlyBetween = maskLogits({ inside: 0, between: 1 });
  expect(await choose(onlyBetween, [0.9, 0.5, 0.4, 0.3], false)).toEqual({ mask: 1, token: 0 });
});

test('a user’s choice takes the place of the best, with its token', async () => {
  for (const multimaskIndex of [1, 2, 3]) {
    const chosen = { mask: multimaskIndex, token: multimaskIndex };
    const asked = { isMultimask: true, multimaskIndex };
    expect(await choose(stable, [0.9, 0.1, 0.7, 0.3], asked)).toEqual(chosen);
    expect(await choose(unstable, [0.9, 0.1, 0.7, 0.3], asked)).toEqual(chosen);
  }
});
