/** How messages speak of a kind of JSON document. */
export interface JsonForm {
  /** Subject of a sentence, such as `The project file`. */
  readonly title: string;
  /** What to do about a file that is no JSON or not all of it. */
  readonly damagedHint: string;
  /** What to do about JSON that has not the right form. */
  readonly formHint: string;
}

/** The studio's own project files. */
export const PROJECT_FORM: JsonForm = {
  title: 'The project file',
  damagedHint: 'The file is damaged or is not a project file.',
  formHint: 'The file is damaged or was changed by hand; docs/project.schema.json says its form.',
};
