const EXACT = 6;
const AT_START = 5;
const AT_WORD = 4;
const INSIDE = 3;
const INITIALS = 2;
const SCATTERED = 1;
/** What a word costs that is not in the label itself. */
const ASIDE = 1.5;

/** What is searched: a name, and other words for the same thing. */
export interface Searchable {
  readonly label: string;
  readonly words: string;
}

/**
 * How well something answers a search, higher is better; absent when it does not. The whole query is
 * looked for in the label first, then each of its words in label and other words, all of which must
 * be there; at last its letters, in their order, in the label: best the first ones of its words.
 */
export function fuzzyScore(query: string, { label, words }: Searchable): number | undefined {
  const wanted = plain(query);
  if (wanted === '') return 0;
  const [name, aside] = [plain(label), plain(words)];
  const whole = phraseScore(wanted, name);
  if (whole !== undefined) return whole;
  const scores = wanted.split(' ').map((part) => {
    const besides = phraseScore(part, aside);
    return phraseScore(part, name) ?? (besides === undefined ? undefined : besides - ASIDE);
  });
  const found = scores.filter((score) => score !== undefined);
  if (found.length === scores.length) return mean(found) - 0.5;
  return scatteredScore(wanted.replaceAll(' ', ''), name);
}

/** Without case, accents and signs, so that `j&f` is found as `J F`. */
function plain(text: string): string {
  const letters = text.toLowerCase().normalize('NFKD').replaceAll(/\p{M}/gu, '');
  return letters.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

function phraseScore(wanted: string, text: string): number | undefined {
  if (text === wanted) return EXACT;
  if (text.startsWith(wanted)) return AT_START;
  if (text.includes(` ${wanted}`)) return AT_WORD;
  // Single letters are inside almost everything.
  return wanted.length > 1 && text.includes(wanted) ? INSIDE : undefined;
}

/** The closer the letters are together, the better; best are initials. */
function scatteredScore(letters: string, text: string): number | undefined {
  const initials = text.split(' ').map((word) => word.charAt(0));
  if (letters.length > 1 && initials.join('').startsWith(letters)) return INITIALS;
  const first = text.indexOf(letters.charAt(0));
  let from = first;
  for (let i = 0; i < letters.length; i++) {
    const at = text.indexOf(letters.charAt(i), from);
    if (at < 0) return undefined;
    from = at + 1;
  }
  return (SCATTERED * letters.length) / (from - first);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
