import { StudioError } from '../../core/errors.ts';
import type { JsonNode } from '../json-node.ts';
import { MAX_COORDINATE_PX } from './fill-polygons.ts';

const POINT_FORM = 'must be [x, y]';
/** A thousand times what a frame has; more would take minutes to draw. */
const MAX_FRAME_VERTICES = 1_000_000;

/**
 * Reads the polygons of one frame's annotations, bounded in all. Goes through the parsed values
 * itself, since a node with its path for each number would take ten times the memory.
 */
export class SegmentReader {
  #vertices = 0;

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
    return coordinates;
  }
}

function refuseCoordinate(node: JsonNode): never {
  const value = node.number();
  return node.refuse(`is ${value}, farther outside the image than any annotation`);
}

function tooManyVertices(path: string): StudioError {
  const message = `The VISOR file has more than ${MAX_FRAME_VERTICES} vertices in one frame (${path}).`;
  return new StudioError('file-invalid', message, {
    hint: 'A frame of VISOR has some thousands; the file is damaged or made to mislead.',
  });
}
