import { StudioError } from '../core/errors.ts';
import { JsonCapture } from './json-capture.ts';
import { PROJECT_FORM, type JsonForm } from './json-form.ts';

/** A value of a document's outermost object: a whole member, or one item of a streamed array. */
export interface JsonMember {
  readonly key: string;
  /** Position in the array; absent for a whole member. */
  readonly index?: number;
  readonly value: unknown;
}

type State =
  | 'document'
  | 'first key'
  | 'key'
  | 'colon'
  | 'value'
  | 'after value'
  | 'first item'
  | 'item'
  | 'after item'
  | 'end';

const WHITESPACE = new Set([' ', '\n', '\r', '\t']);

/**
 * Takes a JSON document apart that is too long to hold: an object whose arrays named in `streamed`
 * come item by item. Text goes in in pieces of any size; each value is parsed once it is complete,
 * and is bounded in length and nesting (`JsonCapture`).
 */
export class JsonMembers {
  readonly #streamed: ReadonlySet<string>;
  readonly #form: JsonForm;
  readonly #keys = new Set<string>();
  #state: State = 'document';
  #capture: JsonCapture | undefined;
  #key = '';
  #index = 0;

  /** @param form what messages call the document */
  constructor(streamed: ReadonlySet<string>, form: JsonForm = PROJECT_FORM) {
    this.#streamed = streamed;
    this.#form = form;
  }

  /** Whether the document has this member, as far as it has been read. */
  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** The names of its members, as far as it has been read. */
  keys(): readonly string[] {
    return [...this.#keys];
  }

  /**
   * The members that `text` completes.
   * @throws StudioError `file-invalid` where it is not JSON, repeats a key or is nested too deep
   */
  *push(text: string): Generator<JsonMember, void> {
    for (let at = 0; at < text.length;) {
      if (this.#capture === undefined) {
        const character = text.charAt(at);
        if (!WHITESPACE.has(character) && this.#punctuation(character)) {
          this.#capture = new JsonCapture(this.#place(), this.#form);
          continue;
        }
        at++;
        continue;
      }
      at = this.#capture.feed(text, at);
      if (!this.#capture.isComplete) continue;
      const value = this.#capture.parse();
      this.#capture = undefined;
      const member = this.#completed(value);
      if (member !== undefined) yield member;
    }
  }

  /** @throws StudioError `file-invalid` when the document is not complete */
  finish(): void {
    if (this.#state !== 'end') {
      throw new StudioError('file-invalid', `The file ends too early, in ${this.#place()}.`, {
        hint: 'It was not written or copied to its end; export it again.',
      });
    }
  }

  /** Moves on by one character outside of values; true when a value or key starts with it. */
  #punctuation(character: string): boolean {
    const state = this.#state;
    if (state === 'document' && character === '{') this.#state = 'first key';
    else if (state === 'first key' && character === '}') this.#state = 'end';
    else if ((state === 'first key' || state === 'key') && character === '"') return true;
    else if (state === 'colon' && character === ':') this.#state = 'value';
    else if (state === 'value') return this.#value(character);
    else if (state === 'after value' && character === ',') this.#state = 'key';
    else if (state === 'after value' && character === '}') this.#state = 'end';
    else if (state === 'first item' && character === ']') this.#state = 'after value';
    else if (state === 'first item' || state === 'item') return true;
    else if (state === 'after item' && character === ',') this.#state = 'item';
    else if (state === 'after item' && character === ']') this.#state = 'after value';
    else throw this.#unexpected(character);
    return false;
  }

  #value(character: string): boolean {
    if (character !== '[' || !this.#streamed.has(this.#key)) return true;
    this.#index = 0;
    this.#state = 'first item';
    return false;
  }

  #completed(value: unknown): JsonMember | undefined {
    if (this.#state === 'value') {
      this.#state = 'after value';
      return { key: this.#key, value };
    }
    if (this.#state === 'item' || this.#state === 'first item') {
      this.#state = 'after item';
      return { key: this.#key, index: this.#index++, value };
    }
    this.#key = String(value);
    if (this.#keys.has(this.#key)) throw repeated(this.#key);
    this.#keys.add(this.#key);
    this.#state = 'colon';
    return undefined;
  }

  #unexpected(character: string): StudioError {
    const found = JSON.stringify(character);
    return new StudioError(
      'file-invalid',
      `The file is not valid JSON: ${found} is not expected in ${this.#place()}.`,
      { hint: this.#form.damagedHint },
    );
  }

  #place(): string {
    switch (this.#state) {
      case 'document':
      case 'first key':
      case 'key':
      case 'end':
        return 'the document';
      case 'colon':
      case 'value':
      case 'after value':
        return this.#key;
      case 'first item':
      case 'item':
      case 'after item':
        return `${this.#key}[${this.#index}]`;
    }
  }
}

function repeated(key: string): StudioError {
  return new StudioError('file-invalid', `The file names ${JSON.stringify(key)} twice.`, {
    hint: 'The file is damaged or was put together by hand; keep one of the two.',
  });
}
