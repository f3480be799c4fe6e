import { describeNanoGolden } from '../../helpers/golden-suite.ts';

describeNanoGolden('WebGPU', { backend: 'webgpu' }, { device: { backend: 'webgpu' } });
