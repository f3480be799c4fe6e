import { modelInUse } from './models-slice.ts';
import type { MaskModel } from './project-slice.ts';
import { patch, type StoreContext } from './store-context.ts';

/** Notes that the model in use makes masks from here on. */
export function noteMaskModel(context: StoreContext): void {
  const { models, project } = context.store.getState();
  const model = modelInUse(models);
  if (model === undefined || model.sha256 === project.maskModel?.sha256) return;
  const { fileName, sha256, size } = model;
  const maskModel: MaskModel = { fileName, sha256, isBundled: size === 'nano' };
  patch(context, 'project', { maskModel });
}
