import { StudioError } from '../core/errors.ts';
import { PROJECT_FORM, type JsonForm } from './json-form.ts';

interface NumberRange {
  readonly min?: number;
  readonly max?: number;
}

/** Longest text a project holds besides masks: names and codecs. */
const MAX_TEXT_CHARACTERS = 4096;

/**
 * A parsed JSON value with its path, read by the type it must have. Every reader throws a
 * `StudioError` `file-invalid` that names the path, such as `prompts[3].points[0].x must be …`.
 */
export class JsonNode {
  readonly path: string;
  readonly #value: unknown;
  readonly #form: JsonForm;

  /** @param form what messages call the document */
  constructor(value: unknown, path: string, form: JsonForm = PROJECT_FORM) {
    this.#value = value;
    this.path = path;
    this.#form = form;
  }

  /** The value itself, for what is too much to read by a node for each number. */
  get value(): unknown {
    return this.#value;
  }

  /** A member that must be there. Only an object's own members count. */
  field(key: string): JsonNode {
    return this.optional(key) ?? this.#fail(`must have the member ${JSON.stringify(key)}`);
  }

  /** A member that may be absent. */
  optional(key: string): JsonNode | undefined {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.#fail('must be an object');
    }
    const member = Object.getOwnPropertyDescriptor(value, key);
    return member && new JsonNode(member.value, `${this.path}.${key}`, this.#form);
  }

  items(): JsonNode[] {
    return this.array().map((_, index) => this.item(index));
  }

  /** One item of an array. */
  item(index: number): JsonNode {
    return new JsonNode(this.array()[index], `${this.path}[${index}]`, this.#form);
  }

  /** The items as they are. */
  array(): readonly unknown[] {
    const value: unknown = this.#value;
    return Array.isArray(value) ? value : this.#fail('must be an array');
  }

  /** The members of an object used as a table, in the file's order. */
  members(): readonly (readonly [key: string, member: JsonNode])[] {
    const value = this.#value;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.#fail('must be an object');
    }
    return Object.entries(value).map(([key, member]: [string, unknown]) => [
      key,
      new JsonNode(member, `${this.path}[${JSON.stringify(key)}]`, this.#form),
    ]);
  }

  /** Finite; JSON itself knows no other, but `1e999` reads as infinity. */
  number({ min = -Infinity, max = Infinity }: NumberRange = {}): number {
    const value = this.#value;
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      return this.#fail('must be a finite number');
    }
    if (value < min || value > max) return this.#fail(`must be ${rangeText(min, max)}`);
    return value;
  }

  integer(range: NumberRange = {}): number {
    const value = this.number(range);
    return Number.isSafeInteger(value) ? value : this.#fail('must be an integer');
  }

  /** @param maxCharacters of masks, which are longer than any other text */
  text(maxCharacters = MAX_TEXT_CHARACTERS): string {
    const value = this.#value;
    if (typeof value !== 'string') return this.#fail('must be a text');
    if (value.length > maxCharacters) {
      return this.#fail(`must have at most ${maxCharacters} characters`);
    }
    return value;
  }

  /** A text of a given form, described by `form` for the message. */
  matching(pattern: RegExp, form: string): string {
    const value = this.text();
    return pattern.test(value) ? value : this.#fail(`must be ${form}`);
  }

  oneOf<const Word extends string>(words: readonly Word[]): Word {
    const value = this.#value;
    return words.find((word) => word === value) ?? this.#fail(`must be ${words.join(' or ')}`);
  }

  /** Refuses the value for a reason of the caller's. */
  refuse(reason: string, cause?: unknown): never {
    const { title, formHint: hint } = this.#form;
    const message = `${title} is not valid: ${this.path} ${reason}.`;
    throw new StudioError('file-invalid', message, { cause, hint });
  }

  #fail(reason: string): never {
    return this.refuse(reason);
  }
}

function rangeText(min: number, max: number): string {
  if (max === Infinity) return `at least ${min}`;
  if (min === -Infinity) return `at most ${max}`;
  return `from ${min} to ${max}`;
}
