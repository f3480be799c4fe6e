import { invariant } from '../../core/assert.ts';
import { StudioError } from '../../core/errors.ts';
import type { Size } from '../../core/geometry.ts';
import type { FrameIndex, ObjectId } from '../../core/ids.ts';
import type { MaskLogEntry, MaskPlace } from '../../core/mask-log.ts';
import type { MaskRle } from '../../core/rle.ts';
import type {
  FrameMask,
  MaskChanges,
  MaskIous,
  MaskReassignment,
  PackContents,
  PutOptions,
  SavingStopped,
  SummarisedMask,
} from '../../protocol/media-api.ts';
import type { MaskLog, MaskLogDamage, MaskLogs } from './mask-log.ts';
import { MaskWork, type MaskWorkLog } from './mask-work.ts';
import type { MaskletStore } from './masklet-store.ts';

/** Packs below this are not worth rewriting. */
const SMALL_PACK_BYTES = 1 << 20;

const OUT_OF_ORDER = 'Some saved steps do not follow from each other and are left out.';

interface MaskKeeperOptions {
  readonly logs: MaskLogs;
  /** Memory for masks that steps can bring back; what is more is read from the pack when needed. */
  readonly historyBytes: number;
}

/** Which project to open, and who is told what becomes of it. */
export interface PackToOpen {
  readonly projectId: string;
  /** The video's. */
  readonly size: Size;
  /** Called at most once: nothing is saved any more. */
  readonly onSavingStopped: (reason: SavingStopped) => void;
  /** Called once, when the pack is open no more, or was not to be opened. */
  readonly onClosed: () => void;
}

interface OpenPack extends PackToOpen {
  /** Absent where there is none to be had. */
  log: MaskLog | undefined;
  isStopped: boolean;
}

/**
 * Masks, steps, and the pack that saves them: the decode worker's part of `MaskWorkApi`. What is
 * asked for is done in turn: changes wait while a pack is opened or rewritten.
 */
export class MaskKeeper {
  readonly #logs: MaskLogs;
  readonly #work: MaskWork;
  #open: OpenPack | undefined;
  /** The last that was asked for, unless it is done. */
  #last: Promise<void> | undefined;

  constructor({ logs, historyBytes }: MaskKeeperOptions) {
    this.#logs = logs;
    const log: MaskWorkLog = {
      append: (entry) => this.#append(entry),
      read: (place) => this.#read(place),
      flush: () => this.#save((open) => open.flush()),
    };
    this.#work = new MaskWork({ log, historyBytes });
  }

  /** The masks as they are, to be read. */
  get masklets(): Pick<MaskletStore, 'maskOf' | 'masksOfFrames' | 'subscribe'> {
    return this.#work.masklets;
  }

  /** Closes the pack and forgets masks and steps: another clip is open. Only when `settled`. */
  reset(size: Size): void {
    invariant(this.#last === undefined, 'a pack is closed while something else is done to it');
    this.#close();
    this.#work.reset(size);
  }

  /** Resolves when all that was asked for is done. */
  async settled(): Promise<void> {
    while (this.#last !== undefined) await this.#last;
  }

  put(masks: readonly SummarisedMask[], options?: PutOptions): Promise<MaskIous> {
    return this.#inTurn(() => this.#work.put(masks, options));
  }

  compare(masks: readonly FrameMask[]): Promise<MaskIous> {
    return this.#inTurn(() => this.#work.compare(masks));
  }

  remove(objectId: ObjectId, frames?: readonly FrameIndex[]): Promise<void> {
    return this.#inTurn(() => this.#work.remove(objectId, frames));
  }

  reassign(change: MaskReassignment): Promise<MaskChanges> {
    return this.#inTurn(() => this.#work.reassign(change));
  }

  clear(): Promise<void> {
    return this.#inTurn(() => this.#work.clear());
  }

  begin(step: number): Promise<void> {
    return this.#inTurn(() => this.#work.begin(step));
  }

  revert(step: number): Promise<MaskChanges> {
    return this.#inTurn(() => this.#work.revert(step));
  }

  reapply(step: number): Promise<MaskChanges> {
    return this.#inTurn(() => this.#work.reapply(step));
  }

  drop(upTo: number): Promise<void> {
    return this.#inTurn(() => this.#work.drop(upTo));
  }

  /** `MaskWorkApi.openPack`. */
  openPack(pack: PackToOpen): Promise<PackContents> {
    return this.#inTurn(async () => {
      this.#close();
      this.#work.forgetSteps();
      const open: OpenPack = { ...pack, log: undefined, isStopped: false };
      try {
        open.log = await this.#logs.open(pack);
      } catch (error) {
        if (!isUnsaveable(error)) {
          pack.onClosed();
          throw error;
        }
        this.#open = open;
        this.#work.reset(pack.size);
        this.#stop(error);
        return { ...this.#work.contents(), notices: [] };
      }
      this.#open = open;
      const { notices, isDamaged } = this.#replay(open.log, pack.size);
      await this.#compact(open.log, isDamaged);
      return { ...this.#work.contents(), notices };
    });
  }

  /** `MaskWorkApi.closePack`. */
  closePack(): Promise<void> {
    return this.#inTurn(async () => {
      this.#close();
      this.#work.forgetSteps();
    });
  }

  /** `MaskWorkApi.resumeSaving`. */
  resumeSaving(): Promise<void> {
    return this.#inTurn(async () => {
      const open = this.#open;
      invariant(open !== undefined, 'saving is resumed where nothing is to be saved');
      if (!open.isStopped) return;
      open.log ??= await this.#openEmpty(open);
      await this.#rewrite(open.log);
      open.isStopped = false;
    });
  }

  /** `MaskWorkApi.deletePack`. */
  deletePack(projectId: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#open?.projectId === projectId) {
        this.#close();
        this.#work.forgetSteps();
      }
      await this.#logs.delete(projectId);
    });
  }

  /** `MaskWorkApi.savedPacks`. */
  savedPacks(): Promise<readonly string[]> {
    return this.#logs.list();
  }

  #replay(log: MaskLog, size: Size): MaskLogDamage {
    this.#work.reset(size);
    let isInOrder = true;
    try {
      const damage = log.replay((kept) => {
        if (!this.#work.replay(kept)) isInOrder = false;
      });
      if (isInOrder || damage.isDamaged) return damage;
      return { isDamaged: true, notices: [...damage.notices, OUT_OF_ORDER] };
    } catch (error) {
      this.#close();
      this.#work.reset(size);
      throw error;
    }
  }

  /** Rewrites a pack of which more than half is of no use any more, or part is damaged. */
  async #compact(log: MaskLog, isDamaged: boolean): Promise<void> {
    const { keptBytes } = this.#work.snapshot();
    const isWasteful = log.sizeBytes > SMALL_PACK_BYTES && keptBytes < log.sizeBytes / 2;
    if (!isWasteful && !isDamaged) return;
    try {
      await this.#rewrite(log);
    } catch (error) {
      // The pack is as it was, and there may be room at the next opening.
      if (isUnsaveable(error)) return;
      this.#stop(error);
      this.#forgetLog(log);
    }
  }

  async #rewrite(log: MaskLog): Promise<void> {
    const { entries, versions } = this.#work.snapshot();
    this.#work.setPlaces(versions, await log.rewrite(entries));
  }

  /** For what could not be saved from the beginning. */
  async #openEmpty(open: OpenPack): Promise<MaskLog> {
    const log = await this.#logs.open(open);
    let isEmpty = true;
    log.replay(() => (isEmpty = false));
    if (isEmpty) return log;
    log.close();
    throw new StudioError(
      'file-invalid',
      'Earlier masks of this project are saved, and could not be read when it was opened.',
      { hint: 'Export what you have, then reload the page and open the project again.' },
    );
  }

  #append(entry: MaskLogEntry): readonly MaskPlace[] {
    return this.#save((log) => log.append(entry)) ?? [];
  }

  #read(place: MaskPlace): MaskRle {
    const log = this.#open?.log;
    if (log !== undefined) return log.read(place);
    throw new StudioError('step-forgotten', 'The masks of this step are not kept any more.', {
      hint: 'It can be neither undone nor redone. Change its masks by hand.',
    });
  }

  /** Has the log do something, unless saving has stopped; stops it where that fails. */
  #save<T>(action: (log: MaskLog) => T): T | undefined {
    const open = this.#open;
    if (open?.log === undefined || open.isStopped) return undefined;
    try {
      return action(open.log);
    } catch (error) {
      this.#stop(error);
      return undefined;
    }
  }

  /** Goes on in memory alone, and says why. */
  #stop(error: unknown): void {
    if (!(error instanceof StudioError) || this.#open === undefined) throw error;
    this.#open.isStopped = true;
    this.#open.onSavingStopped({ message: error.message, hint: error.hint ?? '' });
  }

  #forgetLog(log: MaskLog): void {
    log.close();
    if (this.#open !== undefined) this.#open.log = undefined;
  }

  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    open?.log?.close();
    open?.onClosed();
  }

  /** Runs one thing after another, in the order in which they were asked for; at once where it can. */
  #inTurn<T>(action: () => T | Promise<T>): Promise<T> {
    const run = this.#last === undefined ? startNow(action) : this.#last.then(action);
    const done = run.then(noop, noop).then(() => {
      if (this.#last === done) this.#last = undefined;
    });
    this.#last = done;
    return run;
  }
}

async function startNow<T>(action: () => T | Promise<T>): Promise<T> {
  return action();
}

function noop(): void {}

/** Whether nothing can be saved, though nothing is wrong with what was saved. */
function isUnsaveable(error: unknown): boolean {
  return (
    error instanceof StudioError &&
    (error.code === 'storage-full' || error.code === 'file-write-failed')
  );
}
