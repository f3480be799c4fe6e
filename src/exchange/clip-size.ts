import { StudioError } from '../core/errors.ts';
import type { Size } from '../core/geometry.ts';

/** @param subject such as `The project was made on` */
export function wrongSize(subject: string, found: Size, clip: Size): StudioError {
  return new StudioError(
    'file-invalid',
    `${subject} ${found.width} × ${found.height} pixels; the open clip has ${clip.width} × ${clip.height}.`,
    {
      hint: 'Open the clip to which the file belongs. Masks are not scaled, that would change them.',
    },
  );
}
