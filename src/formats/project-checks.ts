import { StudioError } from '../core/errors.ts';
import type { Size } from '../core/geometry.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { FramePrompts } from '../core/prompts.ts';
import type { MaskRle } from '../core/rle.ts';
import type { ProjectHead, ProjectPart } from './project.ts';

/** An object on a frame, as one number: ids stay below 256. */
function placeKey(objectId: ObjectId, frame: FrameIndex): number {
  return frame * 256 + objectId;
}

/**
 * What one part of a project says of another: ids that exist, frames that exist, masks of the
 * clip's size, nothing twice. Keeps where each was first seen, since the parts come in any order.
 */
export class ProjectChecks {
  readonly #prompts = new Set<number>();
  readonly #masks = new Set<number>();
  readonly #memory = new Set<number>();
  readonly #objectPaths = new Map<ObjectId, string>();
  #lastFrame: { readonly frame: number; readonly path: string } | undefined;
  #maskSize: (Size & { readonly path: string }) | undefined;
  #frames = 0;
  #lastTimestampUs = -Infinity;

  /** @throws StudioError `file-invalid` when the part contradicts one before it */
  see(part: ProjectPart, path: string): void {
    switch (part.kind) {
      case 'frame':
        this.#frames++;
        if (part.frame.timestampUs < this.#lastTimestampUs) {
          throw contradiction(`${path}.timestampUs`, 'is before that of the frame before it');
        }
        this.#lastTimestampUs = part.frame.timestampUs;
        return;
      case 'prompts':
        this.#place(part.prompts, this.#prompts, path);
        this.#promptSize(part.prompts.prompts, path);
        return;
      case 'memory':
        this.#place(part.memory, this.#memory, path);
        return;
      case 'mask':
        this.#place(part.mask, this.#masks, path);
        this.#size(part.mask.mask, `${path}.segmentation`);
        return;
      case 'clip':
      case 'head':
    }
  }

  /** @throws StudioError `file-invalid` when a part does not fit the clip or the objects */
  finish({ clip, objects }: ProjectHead): void {
    if (this.#frames !== clip.frameCount) {
      throw contradiction('frames', `has ${this.#frames} items for ${clip.frameCount} frames`);
    }
    const last = this.#lastFrame;
    if (last !== undefined && last.frame >= clip.frameCount) {
      throw contradiction(`${last.path}.frame`, `must be less than ${clip.frameCount}`);
    }
    const ids = new Set(objects.map((object) => object.id));
    for (const [id, path] of this.#objectPaths) {
      if (!ids.has(id)) throw contradiction(`${path}.objectId`, `is ${id}, which no object has`);
    }
    const size = this.#maskSize;
    if (size !== undefined && (size.width !== clip.width || size.height !== clip.height)) {
      throw contradiction(
        `${size.path}.size`,
        `is ${size.width} × ${size.height}, but the clip is ${clip.width} × ${clip.height}`,
      );
    }
  }

  #place(
    { objectId, frame }: { readonly objectId: ObjectId; readonly frame: FrameIndex },
    seen: Set<number>,
    path: string,
  ): void {
    const key = placeKey(objectId, frame);
    if (seen.has(key)) throw contradiction(path, `repeats object ${objectId} on frame ${frame}`);
    seen.add(key);
    if (!this.#objectPaths.has(objectId)) this.#objectPaths.set(objectId, path);
    if (frame > (this.#lastFrame?.frame ?? -1)) this.#lastFrame = { frame, path };
  }

  #promptSize(prompts: FramePrompts, path: string): void {
    const member = prompts.kind === 'mask' ? 'segmentation' : 'mask';
    if (prompts.mask !== undefined) this.#size(prompts.mask, `${path}.${member}`);
  }

  /** @param path of the run lengths */
  #size({ width, height }: MaskRle, path: string): void {
    this.#maskSize ??= { width, height, path };
    if (this.#maskSize.width !== width || this.#maskSize.height !== height) {
      throw contradiction(
        `${path}.size`,
        `is ${width} × ${height}, but another mask is ${this.#maskSize.width} × ${this.#maskSize.height}`,
      );
    }
  }
}

function contradiction(path: string, reason: string): StudioError {
  return new StudioError('file-invalid', `The project file is not valid: ${path} ${reason}.`, {
    hint: 'The file is damaged or was changed by hand; docs/project.schema.json says its form.',
  });
}
