/** How right and how wrong a mask is, pixel by pixel. */
export type ErrorKind = 'right' | 'missed' | 'excess';

/**
 * Fills of the error map, on the stage and in its legend, as `#rrggbb`. Blue and orange are told
 * apart with every common colour blindness, and from the frame by the lightness of both.
 */
export const ERROR_COLORS: Readonly<Record<ErrorKind, string>> = {
  right: '#e8e8e8',
  missed: '#3d8bfd',
  excess: '#ff7a1a',
};
