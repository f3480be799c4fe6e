import { existsSync, readFileSync } from 'node:fs';
import type { ScoreProtocol } from '../../src/core/scores.ts';

/** J and F of one object, by frame. */
export interface GoldenValues {
  readonly J: readonly number[];
  readonly F: readonly number[];
}

/** `null` is NaN in these. */
type GoldenNumber = number | null;

export const GLOBAL_KEYS = [
  'J&F-Mean',
  'J-Mean',
  'J-Recall',
  'J-Decay',
  'F-Mean',
  'F-Recall',
  'F-Decay',
] as const;
export type GoldenGlobals = Readonly<Record<(typeof GLOBAL_KEYS)[number], GoldenNumber>>;

export const OBJECT_KEYS = ['J_M', 'J_R', 'J_D', 'F_M', 'F_R', 'F_D'] as const;

type RuleScores =
  | {
      readonly scored_frames: readonly string[];
      readonly objects: Readonly<
        Record<string, Readonly<Record<(typeof OBJECT_KEYS)[number], GoldenNumber>>>
      >;
      readonly sequence: GoldenGlobals;
    }
  | { readonly error: string };

/** The report's own formula on one object and frame. */
export interface GoldenReportFormula {
  readonly inter: number;
  readonly pred: number;
  readonly gt: number;
  readonly J: number | null;
  readonly P: number | null;
  readonly R: number | null;
  readonly F: number | null;
}

export interface GoldenSequence {
  readonly height: number;
  readonly width: number;
  readonly frame_ids: readonly string[];
  readonly bound_pix: number;
  readonly num_objects: number;
  readonly per_frame?: Readonly<Record<string, GoldenValues>>;
  readonly seed_report_formula?: Readonly<Record<string, readonly GoldenReportFormula[]>>;
  readonly davis: RuleScores;
  readonly visor: RuleScores;
  readonly sav_skip_first_last: SavScores;
  readonly sav_no_skip: SavScores;
}

export type SavScores = Readonly<Record<string, { readonly J: number; readonly F: number }>>;

export interface GoldenSet {
  readonly rule: ScoreProtocol;
  readonly sequences: readonly string[];
  readonly num_objects: number;
  readonly order: readonly string[];
}

/** `expected.json` of a folder of J and F goldens. */
export interface JfGoldens {
  readonly sequences: Readonly<Record<string, GoldenSequence>>;
  readonly globals: Readonly<Record<string, GoldenSet & GoldenGlobals>>;
}

/** `pairs.json`: single pairs with all that lies between masks and scores. */
export interface JfPairs {
  readonly pairs: readonly {
    readonly name: string;
    readonly height: number;
    readonly width: number;
    readonly bound_pix: number;
    readonly gt_area: number;
    readonly pred_area: number;
    readonly inter: number;
    readonly n_pred_boundary: number;
    readonly n_gt_boundary: number;
    readonly pred_match: number;
    readonly gt_match: number;
    readonly J: number;
    readonly F: number;
  }[];
  readonly void: readonly {
    readonly name: string;
    readonly J: number;
    readonly F: number;
    readonly J_without_void: number;
    readonly F_without_void: number;
  }[];
  readonly disks: Readonly<Record<string, readonly string[]>>;
  readonly db_statistics: readonly {
    readonly n: number;
    readonly values: readonly number[];
    readonly mean: number;
    readonly recall: number;
    readonly decay: number | null;
  }[];
}

/** A file of a golden folder; absent, with the reason printed, where there is none. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the file is trusted, its type is the caller's to name
export function readGoldenJson<T>(folder: string, file: string): T | undefined {
  const path = `${folder}/${file}`;
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as T;
  process.stderr.write(`J and F goldens skipped: there is no ${path}\n`);
  return undefined;
}
