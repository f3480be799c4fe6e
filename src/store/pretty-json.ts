/** What JSON can say. Undefined members are left out. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/**
 * JSON text with a line for each innermost list or object, so that `grep` and `diff` are of use.
 * Ends with a line break.
 */
export function prettyJson(value: JsonValue): string {
  return `${format(value, '')}\n`;
}

function format(value: JsonValue, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const isList = isArray(value);
  const members = isList
    ? value.map((item) => ['', item] as const)
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([name, item]) => [`${JSON.stringify(name)}: `, item] as const);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (members.every(([, item]) => typeof item !== 'object' || item === null)) {
    const texts = members.map(([name, item]) => name + format(item, ''));
    return isList || texts.length === 0
      ? `${open}${texts.join(', ')}${close}`
      : `${open} ${texts.join(', ')} ${close}`;
  }
  const inner = `${indent}  `;
  const texts = members.map(([name, item]) => `${inner}${name}${format(item, inner)}`);
  return `${open}\n${texts.join(',\n')}\n${indent}${close}`;
}

// `Array.isArray` does not tell a readonly array from an object.
function isArray(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
