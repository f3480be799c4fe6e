import type { PooledScore, ScoreReport } from '../../src/core/scores.ts';

const HEADER = ['', 'objects', 'J&F', 'J', 'J-Recall', 'J-Decay', 'F', 'F-Recall', 'F-Decay'];
const DIGITS = 4;

/** A report for a terminal: the set, its parts, and what to know of them. */
export function scoreTable(report: ScoreReport, printsObjects: boolean): string {
  const { overall, unseenKitchens, sequences, objects, notices } = report;
  const rows = [HEADER];
  for (const { name, score } of sequences) rows.push(row(name, score));
  rows.push(row('all', overall));
  if (unseenKitchens !== undefined) rows.push(row('unseen kitchens', unseenKitchens));
  if (overall.region.decay !== overall.region.correctedDecay) {
    rows.push(correctedRow(overall));
  }
  const parts = [align(rows)];
  if (printsObjects) {
    const objectRows = objects.map(({ sequence, object, region, boundary, frames }) => {
      const dice = frames.flatMap(({ dice }) => dice ?? []);
      const meanDice = dice.reduce((sum, value) => sum + value, 0) / dice.length;
      return [`${sequence}_${object}`, ...[region.mean, boundary.mean, meanDice].map(number)];
    });
    parts.push(align([['object', 'J', 'F', 'Dice (not F)'], ...objectRows]));
  }
  if (notices.length > 0) parts.push(notices.map((notice) => `Note: ${notice}\n`).join(''));
  return parts.join('\n');
}

function row(name: string, { objectCount, mean, region, boundary }: PooledScore): string[] {
  const values = [region, boundary].flatMap(({ mean, recall, decay }) => [mean, recall, decay]);
  return [name, String(objectCount), ...[mean, ...values].map(number)];
}

function correctedRow({ region, boundary }: PooledScore): string[] {
  const [j, f] = [number(region.correctedDecay), number(boundary.correctedDecay)];
  return ['corrected decay', '', '', '', '', j, '', '', f];
}

function number(value: number): string {
  return value.toFixed(DIGITS);
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
