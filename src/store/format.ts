const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Such as `10.8 MB`, in powers of 1000. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit] ?? ''}`;
}

/** An estimate in two digits, such as `58 MB` or `1.3 GB`. */
export function formatAboutBytes(bytes: number): string {
  return formatBytes(Number(bytes.toPrecision(2))).replace(/(\d\d)\.0 /, '$1 ');
}

/** A time in the clip, such as `1:02:03.456`; the hours only where there are some. */
export function formatTimeUs(timeUs: number): string {
  const sign = timeUs < 0 ? '−' : '';
  const totalMs = Math.round(Math.abs(timeUs) / 1000);
  const hours = Math.floor(totalMs / 3_600_000);
  const minutes = Math.floor(totalMs / 60_000) % 60;
  const seconds = Math.floor(totalMs / 1000) % 60;
  const milliseconds = totalMs % 1000;
  const pad = (value: number, length: number) => String(value).padStart(length, '0');
  const head = hours > 0 ? `${hours}:${pad(minutes, 2)}` : String(minutes);
  return `${sign}${head}:${pad(seconds, 2)}.${pad(milliseconds, 3)}`;
}

/** A span of time for people, such as `45 s` or `3 min 20 s`. */
export function formatDurationMs(durationMs: number): string {
  const seconds = Math.ceil(durationMs / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DATE_FORMAT = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });

/**
 * When something was, for people: `3 min ago`, `yesterday`, `23 Nov 2026`.
 * @param at RFC 3339
 */
export function formatWhen(at: string, now: Date): string {
  const then = new Date(at);
  const agoMs = now.getTime() - then.getTime();
  if (agoMs < MINUTE_MS) return 'a moment ago';
  if (agoMs < HOUR_MS) return `${Math.floor(agoMs / MINUTE_MS)} min ago`;
  if (agoMs < DAY_MS) return `${Math.floor(agoMs / HOUR_MS)} h ago`;
  if (agoMs < 2 * DAY_MS) return 'yesterday';
  if (agoMs < 7 * DAY_MS) return `${Math.floor(agoMs / DAY_MS)} days ago`;
  return DATE_FORMAT.format(then);
}

/** Frames a second, with as many digits as say something. */
export function formatRate(framesPerSecond: number): string {
  return framesPerSecond >= 10 ? framesPerSecond.toFixed(0) : framesPerSecond.toFixed(1);
}

// `toLocaleString` makes a formatter at each call, which shows while many objects are tracked.
const COUNT_FORMAT = new Intl.NumberFormat('en-US');

/** Such as `10,000`. */
export function formatCount(count: number): string {
  return COUNT_FORMAT.format(count);
}

/**
 * How many of something, such as `1 frame` or `10,000 frames`.
 * @param many where it is not `one` with an s
 */
export function formatCounted(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A score as the official tables have it, such as `84.5` for 0.8447; `–` where there is none. */
export function formatScore(fraction: number | undefined): string {
  if (fraction === undefined) return '–';
  return Number.isNaN(fraction) ? 'NaN' : percentText(fraction * 100);
}

/** The difference of two scores in percentage points, such as `+23.3` or `−0.4`. */
export function formatScoreChange(before: number, after: number): string {
  const text = percentText(Math.abs(after - before) * 100);
  if (text === '0.0') return '±0.0';
  return `${after > before ? '+' : '−'}${text}`;
}

// No minus before a zero.
function percentText(percent: number): string {
  const text = percent.toFixed(1);
  return text === '-0.0' ? '0.0' : text.replace('-', '−');
}
