import { invariant } from '../../core/assert.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { GraphRuntime } from '../graph-runtime.ts';
import type { BankCounts } from './bank-room.ts';
import type { MemoryBankSelection, TrackerConfig } from './engine-graphs.ts';
import { sinePositions } from './position-encoding.ts';

/**
 * The bank under the names that memory attention has for its inputs; without pointers where there is
 * no room for them. The caller disposes them.
 * @param room at least as much as the bank holds; what it does not fill holds any numbers
 */
export function bankTensors(
  runtime: GraphRuntime,
  config: TrackerConfig,
  { bank, room }: { readonly bank: MemoryBankSelection; readonly room: BankCounts },
): Record<string, DeviceTensor> {
  const { memories } = bank;
  const [first] = memories;
  invariant(first !== undefined, 'memory attention needs a memory');
  const rows = new Int32Array(room.memories);
  rows.set(memories.map((entry) => entry.temporalRow));
  const tensors: Record<string, DeviceTensor> = {
    memories: runtime.concat(
      memories.map((entry) => entry.features),
      room.memories * (first.features.dims[0] ?? 0),
    ),
    temporalRows: runtime.tensor([rows.length], { dtype: 'int32', data: rows }),
  };
  if (room.pointers === 0) return tensors;
  return { ...tensors, ...pointerTensors(runtime, config, { bank, room }) };
}

function pointerTensors(
  runtime: GraphRuntime,
  { modelWidth, hasPointerTemporalPositions }: TrackerConfig,
  { bank, room }: { readonly bank: MemoryBankSelection; readonly room: BankCounts },
): Record<string, DeviceTensor> {
  const { pointers, maxPointerDistance } = bank;
  const dims = [room.pointers, modelWidth];
  const host = (data: Float32Array) => runtime.tensor(dims, { dtype: 'float32', data });
  const tensors = {
    pointers:
      pointers.length === 0
        ? host(new Float32Array(room.pointers * modelWidth))
        : runtime.concat(
            pointers.map((entry) => entry.pointer),
            room.pointers,
          ),
  };
  if (!hasPointerTemporalPositions) return tensors;
  invariant(pointers.length === 0 || maxPointerDistance > 0, 'pointers need a greatest distance');
  const positions = pointers.map((entry) => entry.temporalDistance / maxPointerDistance);
  const sines = new Float32Array(room.pointers * modelWidth);
  sines.set(sinePositions(positions, modelWidth));
  return { ...tensors, temporalSines: host(sines) };
}
