import type { Graph } from '../graph/graph.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { GraphRuntime } from '../graph-runtime.ts';
import { queryRanges, scaledDotProductAttention } from './attention.ts';
import { BACKBONE_STRIDE, type ModelSetup } from './model-graphs.ts';
import type { Sam2Model } from './sam2-model.ts';

/** Fewer than a frame has, as far as that changes no program. */
const MOST_TOKENS = 256;
/** The fewest at once: ONNX Runtime takes another product for few rows. */
const CHUNK_TOKENS = 16;

/** A graph, and zeros for its inputs. */
interface TogetherPrograms {
  readonly graph: Graph;
  /** Extents of the float32 inputs, by name. */
  readonly tokens: Readonly<Record<string, readonly number[]>>;
}

/**
 * A graph of what several objects run on a GPU and one does not, without weights: a frame's attention to
 * itself for each of them, in chunks where the scores of so many are too large, and the choice among
 * all their masks. The graphs themselves would have to be loaded for each number of objects, and leave
 * buffers behind.
 * @param most objects together
 */
export function buildTogetherPrograms(
  { config, imageSize }: ModelSetup,
  most: number,
): TogetherPrograms {
  const g = new GraphBuilder('objectsTogether');
  const frame = (imageSize / BACKBONE_STRIDE) ** 2;
  const shape = [2, Math.min(frame, MOST_TOKENS), config.width];
  const tokens = { queries: shape, keys: shape, values: shape };
  const [queries, keys, values] = [
    g.input('queries', 'float32', shape),
    g.input('keys', 'float32', shape),
    g.input('values', 'float32', shape),
  ];
  g.output('attended', scaledDotProductAttention(g, { queries, keys, values }));
  for (const chunks of chunkCounts(frame, most)) {
    const pieces = Array.from({ length: chunks }, (_, i) => {
      const start = i * CHUNK_TOKENS;
      return g.slice(queries, { axis: -2, start, end: start + CHUNK_TOKENS });
    });
    g.output(`of${chunks}`, g.concat(pieces, -2));
  }
  g.output('rows', g.add(g.input('best', 'int32', [2]), g.constant(Int32Array.of(0, 1))));
  return { graph: g.build(), tokens };
}

/** More than one: into how many chunks the scores of groups are parted. */
function chunkCounts(frame: number, most: number): ReadonlySet<number> {
  const sizes = Array.from({ length: most - 1 }, (_, i) => i + 2);
  const counts = sizes.map((count) => queryRanges({ count, queries: frame, keys: frame }).length);
  return new Set(counts.filter((chunks) => chunks > 1));
}

/**
 * Runs them once, which compiles them. Nothing is held afterwards.
 * @param most objects together, at least 2
 * @throws StudioError as the runtime does
 */
export async function compileTogether(
  runtime: GraphRuntime,
  model: Pick<Sam2Model, 'config' | 'imageSize' | 'encode'>,
  most: number,
): Promise<void> {
  const { graph, tokens } = buildTogetherPrograms(model, most);
  using loaded = await runtime.load(graph.name, model.encode(graph));
  const inputs = Object.entries(tokens).map(([name, dims]) => {
    const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
    return [name, runtime.tensor(dims, { dtype: 'float32', data })] as const;
  });
  using best = runtime.tensor([2], { dtype: 'int32', data: new Int32Array(2) });
  const made = await loaded.run({ ...Object.fromEntries(inputs), best }, [...graph.outputs.keys()]);
  for (const tensor of [...inputs.map(([, input]) => input), ...Object.values(made)]) {
    tensor[Symbol.dispose]();
  }
}
