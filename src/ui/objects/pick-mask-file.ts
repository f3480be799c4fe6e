import type { MaskFilePrompt } from '../../store/mask-file-prompt.ts';
import { pickFiles } from '../primitives/pick-files.ts';

/** Asks for a PNG whose mask becomes the selected object's prompt. Within a user gesture. */
export function pickMaskFile(maskFile: Pick<MaskFilePrompt, 'use'>): void {
  pickFiles({
    accept: '.png,image/png',
    onPick: ([file]) => {
      if (file !== undefined) void maskFile.use(file);
    },
  });
}
