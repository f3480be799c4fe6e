import { describeNanoGolden } from '../../helpers/golden-suite.ts';

for (const threads of [1, 2]) {
  describeNanoGolden(
    `WASM with ${threads} thread${threads === 1 ? '' : 's'}`,
    { backend: 'wasm', threads },
    { device: { backend: 'wasm', bundle: 'wasm', threads }, ortThreads: threads },
  );
}
