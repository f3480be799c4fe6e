import { PassTimer } from '../../src/engine/kernels/pass-timer.ts';
import { percentile } from '../../src/engine/benchmark/time-summary.ts';
import type { DeviceTensor } from '../../src/engine/device-tensor.ts';
import type { OrtRuntime } from '../../src/engine/runtime/ort-runtime.ts';
import { bankRoom, rowsInRoom } from '../../src/engine/sam2/bank-room.ts';
import { BACKBONE_STRIDE } from '../../src/engine/sam2/model-graphs.ts';
import type { Sam2Model } from '../../src/engine/sam2/sam2-model.ts';
import type { GpuBankAttention } from '../../src/engine/session/gpu-bank-attention.ts';
import { FULL_BANK } from './roofline.ts';

interface BankKernel {
  readonly device: GPUDevice;
  readonly runtime: OrtRuntime;
  readonly attention: GpuBankAttention;
  readonly model: Sam2Model;
}

/** Milliseconds of one layer's attention to one object's full bank by the kernel, median of the runs. */
export async function timeBankKernel(
  { device, runtime, attention, model }: BankKernel,
  runs: number,
): Promise<number> {
  const { width, memoryWidth } = model.config;
  const tokens = (model.imageSize / BACKBONE_STRIDE) ** 2;
  const room = bankRoom(FULL_BANK);
  const rows = rowsInRoom(FULL_BANK, room, { ofMemory: tokens, ofPointer: width / memoryWidth });
  const filled = (dims: readonly number[]) => {
    const count = dims.reduce((product, dim) => product * dim, 1);
    const data = new Float32Array(count).map((_, i) => Math.sin(i));
    return runtime.tensor(dims, { dtype: 'float32', data });
  };
  using queries = filled([1, tokens, width]);
  using keys = filled([rows.pointersFrom + rows.pointers, width]);
  using values = filled([rows.pointersFrom + rows.pointers, memoryWidth]);
  using timer = new PassTimer(device);
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const results: DeviceTensor[] = [];
    const attend = () =>
      attention.attend({ queries, areShared: false, banks: [{ keys, values, rows }] });
    const ms = await timer.time((pass) => {
      results.push(intoPass(device, pass, attend));
    });
    for (const result of results) result[Symbol.dispose]();
    // The first run is warm-up.
    if (run > 0) times.push(ms);
  }
  return percentile(times, 0.5);
}

/** Does what submits a pass of its own, and puts the pass's programs into this pass instead. */
function intoPass<T>(device: GPUDevice, pass: GPUComputePassEncoder, work: () => T): T {
  const create = device.createCommandEncoder.bind(device);
  device.createCommandEncoder = (descriptor) => {
    const empty = create(descriptor);
    empty.beginComputePass = () => pass;
    return empty;
  };
  pass.end = () => undefined;
  try {
    return work();
  } finally {
    // What stands in the way are own properties; the methods are the prototypes'.
    Reflect.deleteProperty(device, 'createCommandEncoder');
    Reflect.deleteProperty(pass, 'end');
  }
}
