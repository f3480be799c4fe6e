import { describe, expect, test } from 'vitest';
import { diskMaskFolder } from '../../../scripts/score/disk-mask-folder.ts';
import { evaluateSet } from '../../../src/scoring/evaluate-set.ts';
import { readGoldenJson, type GoldenGlobals, type GoldenValues } from '../../helpers/jf-goldens.ts';
import { expectClose, expectGlobals } from '../../helpers/jf-suite.ts';

const FOLDER = '../shared/goldens/jf_real';

type RealScores = GoldenGlobals & {
  readonly per_object: Readonly<Record<string, { readonly J: number; readonly F: number }>>;
};

/** Ground truth of DAVIS and predictions of OSVOS, scored by both official tools. */
interface RealGoldens {
  readonly per_frame: Readonly<
    Record<string, GoldenValues & { readonly frame_ids: readonly string[] }>
  >;
  readonly davis: RealScores;
  readonly visor: RealScores;
}

const goldens = readGoldenJson<RealGoldens>(FOLDER, 'expected.json');

describe('real masks', () => {
  test.for(['davis', 'visor'] as const)('%s', async (protocol, context) => {
    if (goldens === undefined) return context.skip(`there is no ${FOLDER}/expected.json`);
    const report = await evaluateSet({
      truth: diskMaskFolder(`${FOLDER}/davis_root/Annotations/480p`),
      prediction: diskMaskFolder(`${FOLDER}/results`),
      protocol,
      setName: 'val',
    });
    const expected = goldens[protocol];
    expectGlobals(report.overall, expected);
    expect(report.objects.map(({ sequence }) => sequence)).toEqual(Object.keys(goldens.per_frame));
    for (const { sequence, object, region, boundary, frames } of report.objects) {
      const mean = expected.per_object[`${sequence}_${object}`];
      expectClose(region.mean, mean?.J);
      expectClose(boundary.mean, mean?.F);
      const values = goldens.per_frame[sequence];
      const end = protocol === 'davis' ? -1 : undefined;
      expect(frames.map(({ name }) => name)).toEqual(
        values?.frame_ids.slice(1, end).map((id) => `${id}.png`),
      );
      expect(frames.map(({ region }) => region)).toEqual(values?.J.slice(1, end));
      expect(frames.map(({ boundary }) => boundary)).toEqual(values?.F.slice(1, end));
    }
  });
});
