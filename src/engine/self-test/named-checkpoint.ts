import { invariant } from '../../core/assert.ts';
import type { Checkpoint, CheckpointTensor } from '../checkpoint/checkpoint.ts';
import { namedWeight } from './named-values.ts';

/**
 * A checkpoint without a file, whose weights are functions of their names. All of them end up among
 * the prepared weights, since none lies anywhere.
 * @param suffix appended to each name; another suffix is another model of the same shapes
 */
export function namedCheckpoint(
  shapes: ReadonlyMap<string, readonly number[]>,
  suffix = '',
): Checkpoint {
  const tensors = new Map<string, CheckpointTensor>();
  for (const [name, shape] of shapes) {
    const elements = shape.reduce((product, dim) => product * dim, 1);
    tensors.set(name, {
      dtype: 'float32',
      shape,
      byteOffset: 0,
      byteLength: elements * 4,
      isContiguous: false,
    });
  }
  return {
    file: new Blob(),
    tensors,
    readFloat32: async (name) => {
      const shape = shapes.get(name);
      invariant(shape !== undefined, `there is no weight "${name}"`);
      return namedWeight(name, shape, suffix);
    },
  };
}
