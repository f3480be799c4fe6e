import type { BenchmarkMeasurement } from '../../core/benchmark.ts';
import { CALL_PRIORITY } from '../runtime/call-queue.ts';
import { variantRates } from '../session/model-variant.ts';
import type { Measuring } from './measuring.ts';

/** Times the attention kernel's variants that the model may use here; nothing where the graph attends. */
export async function measureAttention(
  measuring: Measuring,
): Promise<Pick<BenchmarkMeasurement, 'attention'>> {
  const { device, model } = measuring.model;
  const inUse = device.report.bankAttention?.variant;
  const rates = await measuring.queue.run(CALL_PRIORITY.propagation, () =>
    variantRates({ plan: device, model }),
  );
  if (rates.length === 0) return {};
  const attention = rates.map(({ variant: { name }, ...found }) => ({
    variant: name,
    isInUse: name === inUse,
    ...found,
  }));
  return { attention };
}
