import type { MaskChecking } from './mask-checking.ts';
import type { PlaybackActions } from './playback-actions.ts';
import { openItems, reviewKey, type ReviewItem } from './review-ranking.ts';
import { patch, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';

/** Going through the masks that are worth a look. */
export class ReviewActions {
  readonly #context: StoreContext;
  readonly #playback: PlaybackActions;
  readonly #checking: MaskChecking;

  constructor(
    context: StoreContext,
    { playback, checking }: { readonly playback: PlaybackActions; readonly checking: MaskChecking },
  ) {
    this.#context = context;
    this.#playback = playback;
    this.#checking = checking;
  }

  /** Goes to the item's riskiest frame and selects its object. */
  goTo({ objectId, frame }: Pick<ReviewItem, 'objectId' | 'frame'>): void {
    patch(this.#context, 'tracklets', { selectedId: objectId });
    this.#playback.seekTo(frame);
  }

  /** Goes to the neighbour in the list of the item under the playhead; to the first without one. */
  goToNeighbour(direction: 'next' | 'previous'): void {
    const { items, at } = this.#place();
    const target = at < 0 ? items[0] : items[at + (direction === 'next' ? 1 : -1)];
    if (target !== undefined) this.goTo(target);
  }

  /** Marks an item as reviewed, so that it leaves the list until its mask is another. */
  mark(item: Pick<ReviewItem, 'objectId' | 'frame' | 'revision'>): void {
    const { reviewed } = this.#context.store.getState().review;
    patch(this.#context, 'review', {
      reviewed: { ...reviewed, [reviewKey(item)]: item.revision },
    });
  }

  /** Marks the item under the playhead as reviewed and goes to the one after it in the list. */
  markAndGoOn(): void {
    const { items, at } = this.#place();
    const item = items[at];
    if (item === undefined) return;
    const next = items[at + 1] ?? items[at - 1];
    this.mark(item);
    if (next !== undefined) this.goTo(next);
  }

  /** Puts everything that was marked back into the list. */
  forgetMarks(): void {
    patch(this.#context, 'review', { reviewed: {} });
  }

  /** Checks the selected object's masks by tracking back over them; no mask changes. */
  async checkByTrackingBack(): Promise<void> {
    await this.#checking.start();
  }

  /** Ends the check after the frame under way; what it has found is kept. */
  async cancelCheck(): Promise<void> {
    await this.#checking.cancel();
  }

  #place(): { readonly items: readonly ReviewItem[]; readonly at: number } {
    const state = this.#context.store.getState();
    const items = openItems(state.tracklets.items, state.review);
    return { items, at: items.findIndex((item) => isUnderPlayhead(state, item)) };
  }
}

/** Whether the playhead is in the item's stretch and its object is selected, or it is a cut. */
export function isUnderPlayhead(
  { playback, tracklets }: Pick<StudioState, 'playback' | 'tracklets'>,
  item: ReviewItem,
): boolean {
  const { frame } = playback;
  const isHere = frame >= item.first && frame < item.end;
  // A cut is of all objects.
  return isHere && (item.jumpedObjects !== undefined || item.objectId === tracklets.selectedId);
}
