import { StudioError } from '../../core/errors.ts';
import type { FrameIndex, ObjectId } from '../../core/ids.ts';
import type { MaskCheckRequest } from '../../protocol/inference-api.ts';
import type { PreviewPort } from '../../protocol/mask-preview.ts';
import type { ComparePort, MediaPort } from '../../protocol/media-api.ts';
import type { PropagationRun } from './propagation-run.ts';
import { SegmentationSession, type SegmentationSessionOptions } from './segmentation-session.ts';

/** What a check works with; it owns none of it. */
export interface MaskCheckOptions extends Omit<SegmentationSessionOptions, 'budgets' | 'media'> {
  readonly media: MediaPort & PreviewPort & ComparePort;
}

/** A check looks at each frame once, in order: it goes back to none. */
const BUDGETS = { featureBytes: 0, recentStateBytes: 0 };

/**
 * Tracks one object from a mask that it has, over frames on which it has masks, and compares. It is
 * a session beside the one in use, on the same graphs, which knows that one mask alone: neither
 * remembers anything of the other.
 */
export class MaskCheck {
  readonly #media: MediaPort;
  readonly #session: SegmentationSession;

  constructor(options: MaskCheckOptions) {
    const media = comparing(options.media);
    this.#media = options.media;
    this.#session = new SegmentationSession({ ...options, media, budgets: BUDGETS });
  }

  /**
   * Once. Closes the check when the run has ended.
   * @throws StudioError `prompts-missing` where the object has no mask to start from;
   * `session-disposed` where it was closed meanwhile
   */
  async start({ objectId, start, end, direction }: MaskCheckRequest): Promise<PropagationRun> {
    try {
      const mask = await this.#media.maskOf(objectId, start);
      if (mask === undefined) throw maskMissing(objectId, start);
      const prompts = { kind: 'mask', mask } as const;
      await this.#session.restorePrompts({ objectId, frame: start, prompts });
      const run = this.#session.propagate({ objectIds: [objectId], start, end, direction });
      void this.#session.settled().then(() => this.close());
      return run;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Ends it after the frame under way. */
  close(): Promise<void> {
    return this.#session.close();
  }
}

/** Masks that are put are compared instead, but for the one that was started from. */
function comparing(media: MaskCheckOptions['media']): MediaPort & PreviewPort {
  return {
    modelFrame: (frame, form) => media.modelFrame(frame, form),
    putMasks: async (masks) => {
      const tracked = masks.filter(({ origin }) => origin === 'tracked');
      const ious = await media.compareMasks(tracked);
      const found = new Map(tracked.map((mask, i) => [mask, ious[i]]));
      return masks.map((mask) => found.get(mask));
    },
    masksOfFrames: (start, end) => media.masksOfFrames(start, end),
    // The masks that are checked tell it nothing.
    maskOf: async () => undefined,
    putPreviews: (kind, previews) => media.putPreviews(kind, previews),
  };
}

function maskMissing(objectId: ObjectId, start: FrameIndex): StudioError {
  return new StudioError(
    'prompts-missing',
    `Object ${objectId} has no mask on frame ${start} to track back from.`,
    { hint: 'Track the object first.' },
  );
}
