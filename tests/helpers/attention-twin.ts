import { planCrossAttention } from '../../src/engine/kernels/cross-attention/attention-plan.ts';
import { rowCount } from '../../src/engine/kernels/cross-attention/bank-rows.ts';
import { crossAttention } from '../../src/engine/kernels/cross-attention/cross-attention.ts';
import type { BankAttention } from '../../src/engine/sam2/segmented-memory-attention.ts';
import { type NodeGraphRuntime, readFloat32 } from './onnx-node.ts';

/** The cross-attention kernel's twin on tensors in memory. */
export function twinOn(runtime: NodeGraphRuntime): BankAttention {
  return ({ queries, areShared, banks }) => {
    const [, tokens = 0, keyWidth = 0] = queries.dims;
    const attended = new Float32Array(tokens * banks.length * 64);
    for (const [object, bank] of banks.entries()) {
      const start = areShared ? 0 : object * tokens;
      const floats = {
        queries: readFloat32(queries).subarray(start * keyWidth, (start + tokens) * keyWidth),
        keys: readFloat32(bank.keys),
        values: readFloat32(bank.values),
        rows: bank.rows,
      };
      const plan = planCrossAttention({ queries: tokens, keys: rowCount(bank.rows), keyWidth });
      attended.set(crossAttention(floats, plan), object * tokens * 64);
    }
    return runtime.tensor([tokens * banks.length, 64], { dtype: 'float32', data: attended });
  };
}
