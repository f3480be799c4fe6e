import { StudioError } from '../core/errors.ts';
import type { JsonForm } from './json-form.ts';

/** Of one value's text: a mask of 8K video with a run for each pixel stays below. */
const MAX_VALUE_CHARACTERS = 64 * 1024 * 1024;
/** A project's values nest five deep. */
const MAX_DEPTH = 16;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COMMA = 0x2c;
const SPACE = 0x20;

/**
 * Collects the text of one JSON value that arrives in pieces, and finds where it ends: after the
 * closing bracket or quote, or before what follows a number or word. Only `parse` decides whether
 * it is JSON.
 */
export class JsonCapture {
  readonly #place: string;
  readonly #form: JsonForm;
  readonly #pieces: string[] = [];
  #characters = 0;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isComplete = false;

  /** @param place where the value stands, for messages */
  constructor(place: string, form: JsonForm) {
    this.#place = place;
    this.#form = form;
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Takes characters from `from` on; returns the position of the first that is not the value's. */
  feed(text: string, from: number): number {
    const end = this.#scan(text, from);
    this.#characters += end - from;
    if (this.#characters > MAX_VALUE_CHARACTERS) {
      throw this.#invalid(`is longer than ${MAX_VALUE_CHARACTERS} characters`);
    }
    this.#pieces.push(text.slice(from, end));
    return end;
  }

  parse(): unknown {
    try {
      return JSON.parse(this.#pieces.join(''));
    } catch (cause) {
      throw this.#invalid('is not valid JSON', cause);
    }
  }

  #scan(text: string, from: number): number {
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (code === BACKSLASH) this.#isEscaped = true;
        else if (code === QUOTE) this.#isInString = false;
        else continue;
        if (this.#isInString || this.#depth > 0) continue;
        this.#isComplete = true;
        return at + 1;
      }
      if (this.#endsBefore(code, at === from && this.#characters === 0)) return at;
      this.#open(code);
      if (code !== CLOSE_ARRAY && code !== CLOSE_OBJECT) continue;
      if (--this.#depth > 0) continue;
      this.#isComplete = true;
      return at + 1;
    }
    return text.length;
  }

  /** Numbers and words end before the next punctuation or space. */
  #endsBefore(code: number, isFirst: boolean): boolean {
    if (this.#depth > 0 || isFirst) return false;
    if (code > SPACE && code !== COMMA && code !== CLOSE_ARRAY && code !== CLOSE_OBJECT) {
      return false;
    }
    this.#isComplete = true;
    return true;
  }

  #open(code: number): void {
    if (code === QUOTE) this.#isInString = true;
    if (code !== OPEN_ARRAY && code !== OPEN_OBJECT) return;
    if (++this.#depth > MAX_DEPTH) throw this.#invalid(`is nested more than ${MAX_DEPTH} deep`);
  }

  #invalid(what: string, cause?: unknown): StudioError {
    return new StudioError('file-invalid', `The file cannot be read: ${this.#place} ${what}.`, {
      cause,
      hint: this.#form.damagedHint,
    });
  }
}
