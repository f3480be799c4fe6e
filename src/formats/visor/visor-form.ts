import type { Size } from '../../core/geometry.ts';
import type { JsonForm } from '../json-form.ts';

/** How messages speak of VISOR annotation files. */
export const VISOR_FORM: JsonForm = {
  title: 'The VISOR file',
  damagedHint: 'The file is damaged or is no VISOR annotation; get it again from its source.',
  formHint: 'docs/formats.md says what is read of VISOR; the release’s own files have this form.',
};

/** How messages speak of the small tables that come with VISOR. */
export const VISOR_TABLE_FORM: JsonForm = {
  title: 'The table',
  damagedHint: 'The file is damaged; get it again from its source.',
  formHint: 'docs/formats.md says which tables of VISOR are read, and their forms.',
};

/** The image on which sparse annotations are drawn. */
export const SPARSE_CANVAS: Size = { width: 1920, height: 1080 };
