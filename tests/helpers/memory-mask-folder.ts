import { StudioError } from '../../src/core/errors.ts';
import type { IdPlane } from '../../src/core/scores.ts';
import type { MaskFolder } from '../../src/scoring/mask-folder.ts';

/** Masks by path, as `seq/00000.png`, served as a folder; counts what is read. */
export class MemoryMaskFolder implements MaskFolder {
  readonly name: string;
  /** Paths in the order in which they were read. */
  readonly reads: string[] = [];
  readonly #planes: ReadonlyMap<string, IdPlane>;

  constructor(name: string, planes: Readonly<Record<string, IdPlane>>) {
    this.name = name;
    this.#planes = new Map(Object.entries(planes));
  }

  async list(path: string) {
    const prefix = path === '' ? '' : `${path}/`;
    const below = [...this.#planes.keys()].filter((key) => key.startsWith(prefix));
    if (below.length === 0) return undefined;
    const names = new Map(
      below.map((key) => {
        const [name = '', ...rest] = key.slice(prefix.length).split('/');
        return [name, rest.length > 0];
      }),
    );
    return Array.from(names, ([name, isFolder]) => ({ name, isFolder }));
  }

  async read(path: string): Promise<IdPlane> {
    this.reads.push(path);
    const plane = this.#planes.get(path);
    if (plane === undefined) {
      throw new StudioError('file-invalid', `There is no mask ${this.name}/${path}.`, {
        hint: 'Put it there.',
      });
    }
    return plane;
  }
}

/** A plane drawn in digits, a row a string: `plane('0110', '0022')`. */
export function plane(...rows: readonly string[]): IdPlane {
  return {
    width: rows[0]?.length ?? 0,
    height: rows.length,
    ids: Uint8Array.from(rows.join(''), Number),
  };
}
