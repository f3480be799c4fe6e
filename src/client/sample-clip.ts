import { StudioError } from '../core/errors.ts';

const SAMPLE_NAME = 'coffee.mp4';

/**
 * Downloads the clip that comes with the studio.
 * @param baseUrl of the page, with a slash at the end
 * @throws StudioError `file-invalid` when it cannot be had
 */
export async function fetchSampleClip(baseUrl: string): Promise<File> {
  const url = new URL(`samples/${SAMPLE_NAME}`, new URL(baseUrl, location.href));
  try {
    const response = await fetch(url);
    const type = response.headers.get('content-type') ?? '';
    // A server that falls back to the page answers 200 with HTML.
    if (!response.ok || type.startsWith('text/html')) throw new Error(`status ${response.status}`);
    return new File([await response.blob()], SAMPLE_NAME, { type: 'video/mp4' });
  } catch (cause) {
    throw new StudioError('file-invalid', 'The sample clip could not be loaded.', {
      hint: 'Check the connection to this site, or open a clip of your own.',
      cause,
    });
  }
}
