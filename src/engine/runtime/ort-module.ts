import asyncifyGlue from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs?url';
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import jspiGlue from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.mjs?url';
import jspiWasm from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import wasmGlue from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasmWasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import type * as Ort from 'onnxruntime-web';
import type { DeviceReport } from '../../protocol/device.ts';

/** One build of ONNX Runtime Web; all have the same interface. */
export type OrtModule = typeof Ort;

const BUNDLES = {
  jspi: { load: () => import('onnxruntime-web/jspi'), glue: jspiGlue, wasm: jspiWasm },
  asyncify: {
    load: () => import('onnxruntime-web/webgpu'),
    glue: asyncifyGlue,
    wasm: asyncifyWasm,
  },
  wasm: { load: () => import('onnxruntime-web/wasm'), glue: wasmGlue, wasm: wasmWasm },
};

/**
 * Loads the build of ONNX Runtime that the device asks for. Each is a module of its own with its own
 * WASM memory, so that a worker may go from one backend to another.
 */
export async function loadOrt(report: DeviceReport): Promise<OrtModule> {
  const bundle = BUNDLES[report.bundle];
  const ort = await bundle.load();
  ort.env.wasm.numThreads = report.threads;
  // From its own URL, so that its threads start from its own glue and not from this worker's chunk.
  ort.env.wasm.wasmPaths = {
    mjs: new URL(bundle.glue, import.meta.url).href,
    wasm: new URL(bundle.wasm, import.meta.url).href,
  };
  ort.env.logLevel = 'error';
  return ort;
}
