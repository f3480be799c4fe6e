/**
 * JSON text as Python's `json.dump` writes it by default: `, ` and `: ` between, ASCII only. What
 * data sets' own scripts wrote can so be compared byte by byte. Takes plain objects, arrays, texts
 * and whole numbers; floats would be written differently.
 */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(
      ([key, member]) => `${pythonJson(key)}: ${pythonJson(member)}`,
    );
    return `{${members.join(', ')}}`;
  }
  return JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
