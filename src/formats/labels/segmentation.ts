import type { Size } from '../../core/geometry.ts';
import { rleFromString, rleFromTransitions, type MaskRle } from '../../core/rle.ts';
import { outlineLength, rleOfPolygons } from '../coco-polygons.ts';
import { MAX_MASK_PIXELS } from '../davis/mask-png.ts';
import type { JsonNode } from '../json-node.ts';
import { refuseLabel } from './label-form.ts';

const MAX_SIDE_PX = 65_536;
const MAX_COORDINATE_PX = 1_000_000;
/** Around all polygons of an object; drawing takes five steps a pixel. */
const MAX_OUTLINE_PX = 10_000_000;
/** Three points. */
const FEWEST_NUMBERS = 6;

/** A mask as COCO's JSON has it; polygons are drawn when their picture's size is known. */
export type Segmentation =
  | { readonly kind: 'rle'; readonly mask: MaskRle }
  | { readonly kind: 'polygons'; readonly polygons: readonly Float64Array[] };

/**
 * Reads `segmentation`: compressed run lengths, an array of them, or polygons.
 * @returns absent for none: null or no polygon at all
 * @throws StudioError `file-invalid` with the path
 */
export function readSegmentation(node: JsonNode): Segmentation | undefined {
  if (node.value === null) return undefined;
  if (!Array.isArray(node.value)) return { kind: 'rle', mask: readRle(node) };
  if (node.value.length === 0) return undefined;
  const polygons = node.items().map(readPolygon);
  const outline = polygons.reduce((sum, polygon) => sum + outlineLength(polygon), 0);
  if (outline > MAX_OUTLINE_PX) node.refuse(`has outlines of more than ${MAX_OUTLINE_PX} pixels`);
  return { kind: 'polygons', polygons };
}

/** The mask at its picture's size; absent where it has another. */
export function maskAt(segmentation: Segmentation, size: Size): MaskRle | undefined {
  if (segmentation.kind === 'polygons') return rleOfPolygons(segmentation.polygons, size);
  const { mask } = segmentation;
  return mask.width === size.width && mask.height === size.height ? mask : undefined;
}

/** What is held of it. */
export function bytesOfSegmentation(segmentation: Segmentation): number {
  if (segmentation.kind === 'rle') return segmentation.mask.counts.byteLength;
  return segmentation.polygons.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** Width and height of a picture, as members of `node`. */
export function readPictureSize(node: JsonNode): Size {
  const [width, height] = [node.field('width').number(), node.field('height').number()];
  return checkPictureSize({ width, height }, node.path);
}

/**
 * @param path of what has the size, for messages
 * @throws StudioError `file-invalid` for what is no picture or larger than 8K video
 */
export function checkPictureSize(size: Size, path: string): Size {
  const { width, height } = size;
  const isWhole = Number.isSafeInteger(width) && Number.isSafeInteger(height);
  if (!isWhole || width < 1 || height < 1) {
    refuseLabel(path, `has ${width} × ${height} pixels, which is no size of a picture`);
  }
  if (width * height > MAX_MASK_PIXELS) {
    refuseLabel(path, `has ${width} × ${height} pixels, which is more than 8K video`);
  }
  return size;
}

/**
 * Run lengths as COCO has them, `{ size: [height, width], counts }`, with `counts` as text or as
 * numbers.
 * @throws StudioError `file-invalid` with the path
 */
export function readRle(node: JsonNode): MaskRle {
  const size = node.field('size');
  const [height, width, ...rest] = size
    .items()
    .map((side) => side.integer({ min: 1, max: MAX_SIDE_PX }));
  if (height === undefined || width === undefined || rest.length > 0) {
    return size.refuse('must be height and width');
  }
  if (width * height > MAX_MASK_PIXELS) size.refuse('is larger than 8K video');
  const counts = node.field('counts');
  const runs = Array.isArray(counts.value) ? counts.array() : runsOfText(counts, { width, height });
  return joinRuns(runs, { width, height }, counts);
}

function runsOfText(node: JsonNode, { width, height }: Size): Uint32Array {
  const text = node.text(Infinity);
  try {
    return rleFromString(text, width, height).counts;
  } catch (cause) {
    return node.refuse(`does not describe ${width} × ${height} pixels`, cause);
  }
}

/** Other tools write empty runs; here only the first may be one. */
function joinRuns(runs: ArrayLike<unknown>, { width, height }: Size, node: JsonNode): MaskRle {
  const total = width * height;
  const transitions: number[] = [];
  let position = 0;
  for (let at = 0; at < runs.length; at++) {
    const run = runs[at];
    if (typeof run !== 'number' || !Number.isSafeInteger(run) || run < 0) {
      node.refuse(`holds a run that is no whole number from 0: item ${at}`);
    }
    position += run;
    if (position > total) break;
    if (at === runs.length - 1) break;
    if (transitions.at(-1) === position) transitions.pop();
    else transitions.push(position);
  }
  if (position !== total) {
    node.refuse(`does not describe ${width} × ${height} pixels`);
  }
  if (transitions.at(-1) === total) transitions.pop();
  return rleFromTransitions(width, height, transitions);
}

function readPolygon(node: JsonNode): Float64Array {
  const numbers = node.array();
  if (numbers.length < FEWEST_NUMBERS || numbers.length % 2 !== 0) {
    node.refuse('must be x and y of at least three points');
  }
  const polygon = new Float64Array(numbers.length);
  for (const [at, value] of numbers.entries()) {
    if (typeof value !== 'number' || !(Math.abs(value) <= MAX_COORDINATE_PX)) {
      return node.refuse(`must hold numbers within ${MAX_COORDINATE_PX} pixels: item ${at} is not`);
    }
    polygon[at] = value;
  }
  return polygon;
}
