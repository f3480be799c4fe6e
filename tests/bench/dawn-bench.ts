import fs from 'node:fs';
import type { BenchResult } from './node-bench.ts';
import { benchOnDevice } from './device-bench.ts';
import { profileOnGpu, type ProfileRequest } from './gpu-profile.ts';
import type { MeasuredFrame } from './measured-frame.ts';
import { ProfiledOrt } from './profiled-ort.ts';

/** A tracked frame on Dawn in Node, network by network and program by program. */
export interface DawnBench {
  readonly measured: Pick<BenchResult, 'stages' | 'matMulRate'>;
  readonly profile: MeasuredFrame;
}

/** Measures on the WebGPU that `installDawn` has put in place. */
export async function benchOnDawn(request: ProfileRequest): Promise<DawnBench> {
  const profiled = new ProfiledOrt(listenToFirstFile);
  const measured = await benchOnDevice({
    ...request,
    backend: 'webgpu',
    threads: 1,
    objects: [],
  });
  const { stages } = measured;
  return { measured, profile: { ...(await profileOnGpu(request, profiled)), stages } };
}

/** In Node, ONNX Runtime's build writes to the file of the standard output, past the console. */
function listenToFirstFile(onWritten: (text: string) => void): void {
  const write = fs.writeSync.bind(fs) as (...given: readonly unknown[]) => number;
  const listening = (...given: readonly unknown[]) => {
    const [file, text] = given;
    if (file !== 1 || typeof text !== 'string') return write(...given);
    onWritten(text);
    return text.length;
  };
  // ONNX Runtime asks the module for it at each line.
  fs.writeSync = listening;
}
