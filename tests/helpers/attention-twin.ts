import { planCrossAttention } from '../../src/engine/kernels/cross-attention/attention-plan.ts';
import { rowCount } from '../../src/engine/kernels/cross-attention/bank-rows.ts';
import { crossAttention } from '../../src/engine/kernels/cross-attention/cross-attention.ts';
import type { BankAttention } from '../../src/engine/sam2/segmented-memory-attention.ts';
import { type NodeGraphRuntime, readFloat32 } from './onnx-node.ts';

/** The cross-attention kernel's twin on tensors in memory. */
export function twinOn(runtime: NodeGraphRuntime): BankAttention {
  return (operands) => {
    const [queries = 0, keyWidth = 0] = operands.queries.dims;
    const floats = {
      queries: readFloat32(operands.queries),
      keys: readFloat32(operands.keys),
      values: readFloat32(operands.values),
      rows: operands.rows,
    };
    const keys = rowCount(operands.rows);
    const data = crossAttention(floats, planCrossAttention({ queries, keys, keyWidth }));
    return runtime.tensor([queries, 64], { dtype: 'float32', data });
  };
}
