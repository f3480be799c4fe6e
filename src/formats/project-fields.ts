import {
  frameIndex,
  MAX_OBJECT_ID,
  objectId,
  type FrameIndex,
  type ObjectId,
} from '../core/ids.ts';
import type { VideoBox } from '../core/geometry.ts';
import type { PlacedMemoryEdit } from '../core/memory.ts';
import type { CandidateIndex, FramePrompts, PlacedPrompts, PointPrompt } from '../core/prompts.ts';
import { rleArea, rleFromString, type MaskRle } from '../core/rle.ts';
import type { JsonNode } from './json-node.ts';
import type {
  ProjectClip,
  ProjectFrame,
  ProjectMask,
  ProjectModel,
  ProjectObject,
} from './project.ts';

const MAX_SIDE_PX = 65_536;
const MAX_FRAMES = 10_000_000;
const SHA256 = [/^[0-9a-f]{64}$/, 'a SHA-256 of 64 lower-case hex digits'] as const;
const COLOR = [/^#[0-9a-f]{6}$/, 'a colour as #rrggbb in lower case'] as const;

/** The `clip` member. */
export function readClip(node: JsonNode): ProjectClip {
  return {
    name: node.field('name').text(),
    kind: node.field('kind').oneOf(['video', 'frames']),
    width: node.field('width').integer({ min: 1, max: MAX_SIDE_PX }),
    height: node.field('height').integer({ min: 1, max: MAX_SIDE_PX }),
    frameCount: node.field('frameCount').integer({ min: 1, max: MAX_FRAMES }),
    frameRate: node.field('frameRate').number({ min: 0 }),
    codec: node.field('codec').text(),
    bytes: node.field('bytes').integer({ min: 0 }),
    sha256: node.field('sha256').matching(...SHA256),
  };
}

/** The `model` member. */
export function readModel(node: JsonNode): ProjectModel {
  const adapter = node.optional('adapter');
  return {
    fileName: node.field('fileName').text(),
    fileBytes: node.field('fileBytes').integer({ min: 0 }),
    sha256: node.field('sha256').matching(...SHA256),
    size: node.field('size').oneOf(['nano', 'tiny', 'small', 'base_plus', 'large']),
    version: node.field('version').oneOf(['2.0', '2.1']),
    parameters: node.field('parameters').integer({ min: 1 }),
    imageSize: node.field('imageSize').integer({ min: 1 }),
    precision: node.field('precision').oneOf(['fp32', 'fp16']),
    backend: node.field('backend').oneOf(['webgpu', 'wasm']),
    ...(adapter && {
      adapter: {
        vendor: adapter.field('vendor').text(),
        architecture: adapter.field('architecture').text(),
        description: adapter.field('description').text(),
      },
    }),
  };
}

/** The `objects` member: distinct ids. */
export function readObjects(node: JsonNode): ProjectObject[] {
  const known = new Set<ObjectId>();
  return node.items().map((item) => {
    const id = readObjectId(item.field('id'));
    if (known.has(id)) item.refuse(`has the id ${id} of an object before it`);
    known.add(id);
    return {
      id,
      name: item.field('name').text(),
      color: item.field('color').matching(...COLOR),
    };
  });
}

/** An item of `frames`. */
export function readFrame(node: JsonNode): ProjectFrame {
  const name = node.optional('name')?.text();
  return {
    timestampUs: node.field('timestampUs').number(),
    ...(name === undefined ? {} : { name }),
  };
}

/** An item of `prompts`. */
export function readPrompts(node: JsonNode): PlacedPrompts {
  return { ...readPlace(node), prompts: readFramePrompts(node) };
}

/** An item of `memory`. */
export function readMemoryEdit(node: JsonNode): PlacedMemoryEdit {
  return { ...readPlace(node), edit: node.field('edit').oneOf(['pinned', 'dropped']) };
}

/** An item of `masks`; its area must be that of its run lengths. */
export function readMask(node: JsonNode): ProjectMask {
  const mask = readRle(node.field('segmentation'));
  const areaPx = node.field('areaPx').integer({ min: 0 });
  if (areaPx !== rleArea(mask)) {
    node.field('areaPx').refuse(`is ${areaPx}, but the mask has ${rleArea(mask)} pixels`);
  }
  const origin = node.optional('origin')?.oneOf(['prompt', 'tracked', 'imported']);
  const objectScoreLogit = node.optional('objectScoreLogit')?.number();
  const predictedIou = node.optional('predictedIou')?.number();
  const direction = node.optional('direction')?.oneOf(['forward', 'reverse']);
  const oppositeIou = node.optional('oppositeIou')?.number({ min: 0, max: 1 });
  return {
    ...readPlace(node),
    mask,
    ...(origin === undefined ? {} : { origin }),
    ...(objectScoreLogit === undefined ? {} : { objectScoreLogit }),
    ...(predictedIou === undefined ? {} : { predictedIou }),
    ...(direction === undefined ? {} : { direction }),
    ...(oppositeIou === undefined ? {} : { oppositeIou }),
  };
}

function readPlace(node: JsonNode): { readonly objectId: ObjectId; readonly frame: FrameIndex } {
  return {
    objectId: readObjectId(node.field('objectId')),
    frame: frameIndex(node.field('frame').integer({ min: 0, max: MAX_FRAMES - 1 })),
  };
}

function readObjectId(node: JsonNode): ObjectId {
  return objectId(node.integer({ min: 1, max: MAX_OBJECT_ID }));
}

function readFramePrompts(node: JsonNode): FramePrompts {
  if (node.field('kind').oneOf(['clicks', 'mask']) === 'mask') {
    return { kind: 'mask', mask: readRle(node.field('segmentation')) };
  }
  const box = node.optional('box');
  const mask = node.optional('mask');
  const candidate = node.optional('candidate');
  return {
    kind: 'clicks',
    points: node.field('points').items().map(readPoint),
    ...(box && { box: readBox(box) }),
    ...(mask && { mask: readRle(mask) }),
    ...(candidate && { candidate: readCandidate(candidate) }),
  };
}

function readCandidate(node: JsonNode): CandidateIndex {
  const candidate = node.integer({ min: 0, max: 2 });
  return candidate === 0 || candidate === 1 ? candidate : 2;
}

function readPoint(node: JsonNode): PointPrompt {
  return {
    x: node.field('x').number(),
    y: node.field('y').number(),
    label: node.field('label').oneOf(['positive', 'negative']),
  };
}

function readBox(node: JsonNode): VideoBox {
  const [x0, y0] = [node.field('x0').number(), node.field('y0').number()];
  const [x1, y1] = [node.field('x1').number(), node.field('y1').number()];
  if (x1 <= x0) node.field('x1').refuse('must be greater than x0');
  if (y1 <= y0) node.field('y1').refuse('must be greater than y0');
  return { x0, y0, x1, y1 };
}

/** COCO's `{ size: [height, width], counts: text }`. */
function readRle(node: JsonNode): MaskRle {
  const size = node.field('size');
  const [height, width, ...rest] = size.items().map((side) => side.integer({ min: 1 }));
  if (height === undefined || width === undefined || rest.length > 0) {
    return size.refuse('must be height and width');
  }
  if (height > MAX_SIDE_PX || width > MAX_SIDE_PX) size.refuse('is larger than any video');
  const counts = node.field('counts');
  const mask = decodeCounts(counts, width, height);
  // Encoders never write a run of 0 after the first; `core/rle.ts` relies on it.
  if (mask.counts.subarray(1).includes(0)) counts.refuse('holds an empty run');
  return mask;
}

function decodeCounts(node: JsonNode, width: number, height: number): MaskRle {
  const text = node.text(Infinity);
  try {
    return rleFromString(text, width, height);
  } catch (cause) {
    return node.refuse(`does not describe ${width} × ${height} pixels`, cause);
  }
}
