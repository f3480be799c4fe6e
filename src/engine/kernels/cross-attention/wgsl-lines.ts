/** So many lines of a shader, each a function of its index. */
export function each(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join('\n');
}

/** So many items of an argument list. */
export function list(count: number, item: (index: number) => string): string {
  return Array.from({ length: count }, (_, i) => item(i)).join(', ');
}
