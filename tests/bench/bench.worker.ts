import '../../src/core/dispose-polyfill.ts';
import { benchOnDevice, type BenchRequest } from './device-bench.ts';

self.addEventListener('message', ({ data }: MessageEvent<BenchRequest>) => {
  void benchOnDevice(data).then(
    (result) => self.postMessage({ result }),
    (error: unknown) => self.postMessage({ error: String(error) }),
  );
});
