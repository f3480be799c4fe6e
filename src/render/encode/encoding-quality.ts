import { Quality } from 'mediabunny';

/** Of every video: close to the picture, at a few times the size of what is streamed. */
export const ENCODING_QUALITY = new Quality('very-high');
