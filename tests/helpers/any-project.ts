import * as fc from 'fast-check';
import { frameIndex, objectId } from '../../src/core/ids.ts';
import type { MemoryEdit, PlacedMemoryEdit } from '../../src/core/memory.ts';
import type { FramePrompts, PlacedPrompts } from '../../src/core/prompts.ts';
import { encodeRle } from '../../src/core/rle.ts';
import type { ProjectFrame, ProjectHead, ProjectMask } from '../../src/formats/project.ts';

/** Everything in a project file. */
export interface Project {
  readonly head: ProjectHead;
  readonly prompts: readonly PlacedPrompts[];
  readonly memory: readonly PlacedMemoryEdit[];
  readonly frames: readonly ProjectFrame[];
  readonly masks: readonly ProjectMask[];
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const hex64 = fc.stringMatching(/^[0-9a-f]{64}$/);
const text = fc.string({ unit: 'binary', maxLength: 20 });

function masksOf(size: { width: number; height: number }) {
  const length = size.width * size.height;
  return fc
    .uint8Array({ minLength: length, maxLength: length, max: 1 })
    .map((data) => encodeRle({ ...size, data }));
}

function promptsOf(size: { width: number; height: number }): fc.Arbitrary<FramePrompts> {
  const label = fc.constantFrom('positive' as const, 'negative' as const);
  const box = fc
    .tuple(finite, finite)
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => ({
      x0: Math.min(a, b),
      y0: Math.min(a, b),
      x1: Math.max(a, b),
      y1: Math.max(a, b),
    }));
  return fc.oneof(
    fc.record(
      {
        kind: fc.constant('clicks' as const),
        points: fc.array(fc.record({ x: finite, y: finite, label }), { maxLength: 4 }),
        box,
        mask: masksOf(size),
        candidate: fc.constantFrom(0 as const, 1 as const, 2 as const),
      },
      { requiredKeys: ['kind', 'points'] },
    ),
    fc.record({ kind: fc.constant('mask' as const), mask: masksOf(size) }),
  );
}

const models = fc.record(
  {
    fileName: text,
    fileBytes: fc.maxSafeNat(),
    sha256: hex64,
    size: fc.constantFrom('nano', 'tiny', 'small', 'base_plus', 'large'),
    version: fc.constantFrom('2.0', '2.1'),
    parameters: fc.integer({ min: 1 }),
    imageSize: fc.constantFrom(512, 1024),
    precision: fc.constantFrom('fp32', 'fp16'),
    backend: fc.constantFrom('webgpu', 'wasm'),
    adapter: fc.record({ vendor: text, architecture: text, description: text }),
  },
  {
    requiredKeys: [
      'fileName',
      'fileBytes',
      'sha256',
      'size',
      'version',
      'parameters',
      'imageSize',
      'precision',
      'backend',
    ],
  },
);

const ids = fc.uniqueArray(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 4 });

function placesOf(objectIds: readonly number[], frameCount: number) {
  const place = fc.record({
    objectId: fc.constantFrom(...objectIds).map(objectId),
    frame: fc.nat(frameCount - 1).map(frameIndex),
  });
  return fc.uniqueArray(place, {
    selector: (at) => `${at.objectId}/${at.frame}`,
    maxLength: 6,
  });
}

/** Any that the format can say. */
export const projects: fc.Arbitrary<Project> = fc
  .record({
    size: fc.record({
      width: fc.integer({ min: 1, max: 12 }),
      height: fc.integer({ min: 1, max: 12 }),
    }),
    frameCount: fc.integer({ min: 1, max: 6 }),
    objectIds: ids,
  })
  .chain(({ size, frameCount, objectIds }) => {
    const places = placesOf(objectIds, frameCount);
    return fc.record({
      head: fc.record(
        {
          appVersion: text,
          createdAt: fc.constantFrom('2026-11-23T08:00:00Z', '1999-12-31T23:59:59.123+05:30'),
          clip: fc.record({
            name: text,
            kind: fc.constantFrom('video' as const, 'frames' as const),
            width: fc.constant(size.width),
            height: fc.constant(size.height),
            frameCount: fc.constant(frameCount),
            frameRate: fc.double({ min: 0, max: 1000, noNaN: true }),
            codec: text,
            bytes: fc.maxSafeNat(),
            sha256: hex64,
          }),
          model: models,
          objects: fc.constant(objectIds).chain((all) =>
            fc.tuple(
              ...all.map((id) =>
                fc.record({
                  id: fc.constant(objectId(id)),
                  name: text,
                  color: fc.stringMatching(/^#[0-9a-f]{6}$/),
                }),
              ),
            ),
          ),
        },
        { requiredKeys: ['appVersion', 'createdAt', 'clip', 'objects'] },
      ),
      prompts: places.chain((all) =>
        fc.tuple(...all.map((place) => promptsOf(size).map((prompts) => ({ ...place, prompts })))),
      ),
      memory: places.chain((all) =>
        fc.tuple(
          ...all.map((place) =>
            fc.constantFrom<MemoryEdit>('pinned', 'dropped').map((edit) => ({ ...place, edit })),
          ),
        ),
      ),
      frames: fc
        .array(fc.record({ timestampUs: finite, name: text }, { requiredKeys: ['timestampUs'] }), {
          minLength: frameCount,
          maxLength: frameCount,
        })
        .map((frames) => frames.sort((a, b) => a.timestampUs - b.timestampUs)),
      masks: places.chain((all) =>
        fc.tuple(
          ...all.map((place) =>
            fc.record(
              {
                objectId: fc.constant(place.objectId),
                frame: fc.constant(place.frame),
                mask: masksOf(size),
                origin: fc.constantFrom('prompt', 'tracked', 'imported'),
                objectScoreLogit: finite,
                predictedIou: finite,
                direction: fc.constantFrom('forward', 'reverse'),
                oppositeIou: fc.double({ min: 0, max: 1, noNaN: true }),
              },
              { requiredKeys: ['objectId', 'frame', 'mask'] },
            ),
          ),
        ),
      ),
    });
  });
