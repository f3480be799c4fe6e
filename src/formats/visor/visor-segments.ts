import { StudioError } from '../../core/errors.ts';
import type { JsonNode } from '../json-node.ts';
import { MAX_COORDINATE_PX } from './fill-polygons.ts';

const POINT_FORM = 'must be [x, y]';
/** A hundred times what a frame has. */
const MAX_FRAME_VERTICES = 1_000_000;
/** Of all outlines of a frame; a thousand times what one has, and two seconds to draw. */
const MAX_FRAME_OUTLINE_PX = 100_000_000;

/**
 * Reads the polygons of one frame's annotations, bounded in all. Goes through the parsed values
 * itself, since a node with its path for each number would take ten times the memory.
 */
export class SegmentReader {
  #vertices = 0;
  #outlinePx = 0;

  /**
   * @param node `segments`: a list of polygons, each a list of [x, y]
   * @throws StudioError `file-invalid` with the path of what is no number or too far away
   */
  read(node: JsonNode): Float64Array[] {
    return node.items().map((polygon) => this.#readPolygon(polygon));
  }

  #readPolygon(node: JsonNode): Float64Array {
    const vertices = node.array();
    this.#vertices += vertices.length;
    if (this.#vertices > MAX_FRAME_VERTICES) throw tooManyVertices(node.path);
    const coordinates = new Float64Array(2 * vertices.length);
    for (const [index, vertex] of vertices.entries()) {
      const isPoint = Array.isArray(vertex) && vertex.length === 2;
      const [x, y]: readonly unknown[] = isPoint ? vertex : node.item(index).refuse(POINT_FORM);
      coordinates[2 * index] = typeof x === 'number' ? x : Number.NaN;
      coordinates[2 * index + 1] = typeof y === 'number' ? y : Number.NaN;
    }
    const wrong = coordinates.findIndex((value) => !(Math.abs(value) <= MAX_COORDINATE_PX));
    if (wrong >= 0) refuseCoordinate(node.item(Math.floor(wrong / 2)).item(wrong % 2));
    this.#outlinePx += outlinePx(coordinates);
    if (this.#outlinePx > MAX_FRAME_OUTLINE_PX) throw tooLongOutlines(node.path);
    return coordinates;
  }
}

/** Pixels that drawing the closed polygon takes. */
function outlinePx(polygon: Float64Array): number {
  let length = 0;
  let x = polygon.at(-2) ?? 0;
  let y = polygon.at(-1) ?? 0;
  for (let i = 0; i < polygon.length; i += 2) {
    const [nextX = 0, nextY = 0] = [polygon[i], polygon[i + 1]];
    length += Math.max(Math.abs(nextX - x), Math.abs(nextY - y));
    x = nextX;
    y = nextY;
  }
  return length;
}

function refuseCoordinate(node: JsonNode): never {
  const value = node.number();
  return node.refuse(`is ${value}, farther outside the image than any annotation`);
}

function tooManyVertices(path: string): StudioError {
  return unbelievable(`has more than ${MAX_FRAME_VERTICES} vertices in one frame (${path})`);
}

function tooLongOutlines(path: string): StudioError {
  return unbelievable(
    `has outlines of more than ${MAX_FRAME_OUTLINE_PX} pixels in one frame (${path})`,
  );
}

function unbelievable(what: string): StudioError {
  return new StudioError('file-invalid', `The VISOR file ${what}.`, {
    hint: 'A frame of VISOR has a thousandth of it; the file is damaged or made to mislead.',
  });
}
