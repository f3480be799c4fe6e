import '../../src/core/dispose-polyfill.ts';
import { installDawn } from '../../scripts/dawn.mjs';

const adapter = await installDawn();
if (typeof adapter === 'string') throw new Error(adapter);
