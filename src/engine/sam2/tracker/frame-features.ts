import type { FrameIndex } from '../../../core/ids.ts';
import type { ImageFeatures } from '../engine-graphs.ts';

/** A frame's features, valid until disposed of; the features themselves are not the holder's. */
export interface FeatureLease extends Disposable {
  readonly features: ImageFeatures;
}

/** Where the tracker gets a frame's features from. */
export interface FrameFeatureSource {
  /** The caller disposes the lease. Rejects with whatever made decoding or encoding fail. */
  lease(frame: FrameIndex): Promise<FeatureLease>;
}
