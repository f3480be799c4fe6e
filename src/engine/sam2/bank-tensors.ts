import { invariant } from '../../core/assert.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { GraphRuntime } from '../graph-runtime.ts';
import type { MemoryBankSelection, TrackerConfig } from './engine-graphs.ts';
import { sinePositions } from './position-encoding.ts';

/**
 * The bank under the names that memory attention has for its inputs; without pointers where there
 * are none. The caller disposes them.
 */
export function bankTensors(
  runtime: GraphRuntime,
  { modelWidth, hasPointerTemporalPositions }: TrackerConfig,
  { memories, pointers, maxPointerDistance }: MemoryBankSelection,
): Record<string, DeviceTensor> {
  invariant(memories.length > 0, 'memory attention needs a memory');
  const rows = Int32Array.from(memories, (entry) => entry.temporalRow);
  const tensors: Record<string, DeviceTensor> = {
    memories: runtime.concat(memories.map((entry) => entry.features)),
    temporalRows: runtime.tensor([rows.length], { dtype: 'int32', data: rows }),
  };
  if (pointers.length === 0) return tensors;
  tensors['pointers'] = runtime.concat(pointers.map((entry) => entry.pointer));
  if (hasPointerTemporalPositions) {
    invariant(maxPointerDistance > 0, 'pointers need a greatest distance');
    const positions = pointers.map((entry) => entry.temporalDistance / maxPointerDistance);
    const sines = { dtype: 'float32', data: sinePositions(positions, modelWidth) } as const;
    tensors['temporalSines'] = runtime.tensor([pointers.length, modelWidth], sines);
  }
  return tensors;
}
