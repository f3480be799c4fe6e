import type { PlacedPrompts } from '../core/prompts.ts';
import { rleArea, rleToString, type MaskRle } from '../core/rle.ts';
import { OVERLAP_RULE } from './id-plane.ts';
import {
  PROJECT_FORMAT,
  PROJECT_SCHEMA_VERSION,
  type ProjectContent,
  type ProjectHead,
  type ProjectMask,
} from './project.ts';

/**
 * Writes a project file (`docs/project.schema.json`) piece by piece, one line for each frame,
 * prompt and mask; only the piece at hand is held.
 * @throws Error (a bug) for a number that JSON cannot hold
 */
export async function* writeProject(content: ProjectContent): AsyncGenerator<string, void> {
  yield `{\n${headMembers(content.head)}`;
  yield* arrayMember('prompts', content.prompts, promptsJson);
  yield* arrayMember('frames', content.frames, (frame) => frame);
  yield* arrayMember('masks', content.masks, maskJson);
  yield '\n}\n';
}

function headMembers({ appVersion, createdAt, clip, model, objects }: ProjectHead): string {
  const members = {
    format: PROJECT_FORMAT,
    schemaVersion: PROJECT_SCHEMA_VERSION,
    appVersion,
    createdAt,
    clip,
    model,
    indexedPngOverlap: OVERLAP_RULE,
    objects,
  };
  return Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${JSON.stringify(key)}: ${toJson(value)}`)
    .join(',\n');
}

async function* arrayMember<Item>(
  key: string,
  items: Iterable<Item> | AsyncIterable<Item>,
  form: (item: Item) => unknown,
): AsyncGenerator<string, void> {
  yield `,\n${JSON.stringify(key)}: [`;
  let separator = '\n';
  for await (const item of items) {
    yield separator + toJson(form(item));
    separator = ',\n';
  }
  yield ']';
}

function promptsJson({ objectId, frame, prompts }: PlacedPrompts): unknown {
  switch (prompts.kind) {
    case 'clicks':
      return { objectId, frame, kind: 'clicks', points: prompts.points, box: prompts.box };
    case 'mask':
      return { objectId, frame, kind: 'mask', segmentation: cocoRle(prompts.mask) };
  }
}

function maskJson(item: ProjectMask): unknown {
  return {
    objectId: item.objectId,
    frame: item.frame,
    origin: item.origin,
    objectScoreLogit: item.objectScoreLogit,
    predictedIou: item.predictedIou,
    areaPx: rleArea(item.mask),
    segmentation: cocoRle(item.mask),
  };
}

/** What `pycocotools.mask.decode` takes. */
function cocoRle(mask: MaskRle): unknown {
  return { size: [mask.height, mask.width], counts: rleToString(mask) };
}

/** `JSON.stringify` writes NaN and infinities as null, which no reader would take for a number. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (key, member: unknown) => {
    if (typeof member === 'number' && !Number.isFinite(member)) {
      throw new Error(`Invariant: ${key} is ${member}, which JSON cannot hold`);
    }
    return member;
  });
}
