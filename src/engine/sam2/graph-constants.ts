import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { GraphRuntime } from '../graph-runtime.ts';
import { BACKBONE_STRIDE } from './model-graphs.ts';
import type { Sam2Model } from './sam2-model.ts';

/** What the constants are made from; none of it is theirs. */
interface ConstantsSource {
  readonly runtime: GraphRuntime;
  readonly model: Sam2Model;
  readonly checkpoint: Checkpoint;
}

/** Tensors that are the same in every call. Owns them. */
export class GraphConstants implements Disposable {
  /** `[g²,d]`: `no_mask_embed` everywhere. */
  readonly noMaskPrompt: DeviceTensor;
  /** `[d]` */
  readonly noObjectPointer: Float32Array;
  /** int32 `[1]`, 0 */
  readonly no: DeviceTensor;
  /** int32 `[1]`, 1 */
  readonly yes: DeviceTensor;
  /** int32 `[1]`: which of the decoder's masks each candidate is. */
  readonly multimaskIndices: readonly [DeviceTensor, DeviceTensor, DeviceTensor];

  private constructor(
    runtime: GraphRuntime,
    embeddings: Pick<GraphConstants, 'noMaskPrompt' | 'noObjectPointer'>,
  ) {
    const number = (value: number) =>
      runtime.tensor([1], { dtype: 'int32', data: Int32Array.of(value) });
    this.noMaskPrompt = embeddings.noMaskPrompt;
    this.noObjectPointer = embeddings.noObjectPointer;
    this.no = number(0);
    this.yes = number(1);
    this.multimaskIndices = [number(1), number(2), number(3)];
  }

  /** The caller disposes them. @throws StudioError as the checkpoint does */
  static async upload({ runtime, model, checkpoint }: ConstantsSource): Promise<GraphConstants> {
    const { width } = model.config;
    const noMask = await checkpoint.readFloat32('sam_prompt_encoder.no_mask_embed.weight');
    const noObjectPointer = await checkpoint.readFloat32('no_obj_ptr');
    const tokens = (model.imageSize / BACKBONE_STRIDE) ** 2;
    const data = new Float32Array(tokens * width);
    for (let token = 0; token < tokens; token++) data.set(noMask, token * width);
    const noMaskPrompt = runtime.tensor([tokens, width], { dtype: 'float32', data });
    return new GraphConstants(runtime, { noMaskPrompt, noObjectPointer });
  }

  [Symbol.dispose](): void {
    const { noMaskPrompt, no, yes, multimaskIndices } = this;
    for (const tensor of [noMaskPrompt, no, yes, ...multimaskIndices]) tensor[Symbol.dispose]();
  }
}
