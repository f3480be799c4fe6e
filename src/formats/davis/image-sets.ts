/**
 * The sequences that a text of `ImageSets` names, each once, in its order. DAVIS 2017 and VISOR
 * have a sequence in each line; DAVIS 2016 has pairs of paths, as
 * `/JPEGImages/480p/blackswan/00000.jpg /Annotations/480p/blackswan/00000.png`.
 */
export function parseImageSet(text: string): string[] {
  const names = text.split(/\r?\n/).flatMap((line) => sequenceOfLine(line.trim()) ?? []);
  return [...new Set(names)];
}

function sequenceOfLine(line: string): string | undefined {
  if (line === '') return undefined;
  const [first = ''] = line.split(/\s+/);
  if (!/\.(jpe?g|png)$/i.test(first)) return line;
  return first.split('/').at(-2);
}
