import type { ClickPrompts, PlacedPrompts } from '../core/prompts.ts';
import { rleArea } from '../core/rle.ts';
import { cocoRle } from './coco-rle.ts';
import { OVERLAP_RULE } from './id-plane.ts';
import { jsonArray, toJson } from './json-stream.ts';
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
  if (content.memory.length > 0) yield* arrayMember('memory', content.memory, (edit) => edit);
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
  yield `,\n${JSON.stringify(key)}: `;
  yield* jsonArray(items, form);
}

function promptsJson({ objectId, frame, prompts }: PlacedPrompts): unknown {
  switch (prompts.kind) {
    case 'clicks':
      return { objectId, frame, ...clicksJson(prompts) };
    case 'mask':
      return { objectId, frame, kind: 'mask', segmentation: cocoRle(prompts.mask) };
  }
}

function clicksJson({ kind, points, box, mask, candidate }: ClickPrompts): object {
  return { kind, points, box, mask: mask && cocoRle(mask), candidate };
}

function maskJson(item: ProjectMask): unknown {
  return {
    objectId: item.objectId,
    frame: item.frame,
    origin: item.origin,
    objectScoreLogit: item.objectScoreLogit,
    predictedIou: item.predictedIou,
    direction: item.direction,
    oppositeIou: item.oppositeIou,
    areaPx: rleArea(item.mask),
    segmentation: cocoRle(item.mask),
  };
}
