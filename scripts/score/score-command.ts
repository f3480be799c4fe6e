import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../src/core/errors.ts';
import type { ScoreReport } from '../../src/core/scores.ts';
import { parseImageSet } from '../../src/formats/davis/image-sets.ts';
import { evaluateSet, type EvaluationProgress } from '../../src/scoring/evaluate-set.ts';
import { diskMaskFolder } from './disk-mask-folder.ts';
import { parseScoreArguments, USAGE, UsageError, type ScoreArguments } from './score-arguments.ts';
import { scoreTable } from './score-table.ts';

const SCORED = 0;
const BAD_DATA = 1;
const BAD_USAGE = 2;
const PROGRESS_MS = 200;

/** What the command writes to. */
export interface ScoreTerminal {
  /** Results. */
  print(text: string): void;
  /** Progress and errors. */
  report(text: string): void;
  /** Whether progress may be written over. */
  readonly isInteractive: boolean;
}

/** Runs the command and returns its exit code; throws only for bugs. */
export async function runScoreCommand(
  args: readonly string[],
  terminal: ScoreTerminal,
): Promise<number> {
  try {
    const parsed = parseScoreArguments(args);
    if (parsed === 'help') {
      terminal.print(USAGE);
      return SCORED;
    }
    const report = await score(parsed, terminal);
    terminal.print(scoreTable(report, parsed.printsObjects));
    if (parsed.outFolder !== undefined) await writeFiles(report, parsed.outFolder, terminal);
    return SCORED;
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.report(`${error.message}\n\n${USAGE}`);
      return BAD_USAGE;
    }
    if (!(error instanceof StudioError)) throw error;
    terminal.report(`${error.message}\n${error.hint === undefined ? '' : `${error.hint}\n`}`);
    return BAD_DATA;
  }
}

async function score(parsed: ScoreArguments, terminal: ScoreTerminal): Promise<ScoreReport> {
  const { truthFolder, predictionFolder, protocol, setName, setFile } = parsed;
  await requireFolder('--gt', truthFolder);
  await requireFolder('--pred', predictionFolder);
  const progress = new ProgressLine(terminal);
  try {
    return await evaluateSet({
      truth: diskMaskFolder(truthFolder),
      prediction: diskMaskFolder(predictionFolder),
      protocol,
      setName,
      ...(setFile === undefined ? {} : { sequences: await readSet(setFile) }),
      onProgress: (state) => progress.show(state),
    });
  } finally {
    progress.end();
  }
}

async function requireFolder(option: string, folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true)
    throw new UsageError(`${option}: there is no folder ${folder}.`);
}

async function readSet(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) throw new UsageError(`--set: ${file} cannot be read.`);
  return parseImageSet(text);
}

async function writeFiles(
  { files }: ScoreReport,
  folder: string,
  terminal: ScoreTerminal,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, text } of files) {
    await writeFile(join(folder, name), text);
    terminal.report(`Wrote ${join(folder, name)}\n`);
  }
}

/** One line that is written over; where that is not possible, one line a sequence. */
class ProgressLine {
  readonly #terminal: ScoreTerminal;
  #shownMs = 0;
  #sequence = '';
  #width = 0;

  constructor(terminal: ScoreTerminal) {
    this.#terminal = terminal;
  }

  show({ framesDone, framesTotal, sequence }: EvaluationProgress): void {
    const text = `${framesDone} of ${framesTotal} frames, ${sequence}`;
    if (!this.#terminal.isInteractive) {
      if (sequence !== this.#sequence) this.#terminal.report(`${text}\n`);
      this.#sequence = sequence;
      return;
    }
    if (Date.now() - this.#shownMs < PROGRESS_MS) return;
    this.#shownMs = Date.now();
    this.#terminal.report(`\r${text.padEnd(this.#width)}`);
    this.#width = text.length;
  }

  end(): void {
    if (this.#width > 0) this.#terminal.report(`\r${' '.repeat(this.#width)}\r`);
  }
}
