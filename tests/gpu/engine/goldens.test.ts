import { describeNanoGolden } from '../../helpers/golden-suite.ts';

for (const bankAttention of ['kernel', 'graph'] as const) {
  describeNanoGolden(
    `WebGPU, the bank attended to by the ${bankAttention}`,
    { backend: 'webgpu', bankAttention },
    { device: { backend: 'webgpu', bankAttention: { way: bankAttention } } },
  );
}
