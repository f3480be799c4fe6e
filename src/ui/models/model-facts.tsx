import { Info, TriangleAlert } from 'lucide-react';
import { useEffect } from 'react';
import { isSlow, modelInUse, modelName, type ModelReport } from '../../store/models-slice.ts';
import { useActions, useSelected } from '../studio-context.tsx';
import { ModelDetails } from './model-details.tsx';
import { memoryText, runsOn } from './model-text.ts';

/** What is known of the model in use and of the machine under it. */
export function ModelFacts() {
  const report = useSelected((state) => modelInUse(state.models));
  const failure = useSelected(({ models: { model, engine } }) => {
    if (engine.status === 'stopped') return engine.message;
    return model.status === 'failed' ? model.message : undefined;
  });
  return (
    <section aria-label="Model in use">
      <h2 className="panel-heading">{report === undefined ? 'No model' : modelName(report)}</h2>
      {failure !== undefined && (
        <p className="model-note model-note-error">
          <TriangleAlert />
          {failure}
        </p>
      )}
      {report?.size === 'nano' && (
        <p className="model-lead">
          A small network that comes with the page, to try things out. For SAM 2’s own masks load
          one of its checkpoints.
        </p>
      )}
      {report !== undefined && isSlow(report) && (
        <p className="model-note">
          <TriangleAlert />
          On the CPU (WASM) this model takes seconds a frame. {report.device.reason}
        </p>
      )}
      {report?.notices.map((notice) => (
        <p key={notice} className="model-note">
          <Info />
          {notice}
        </p>
      ))}
      {report !== undefined && <Facts report={report} />}
    </section>
  );
}

const MEMORY_NOTE =
  'Estimated from the network’s shapes, with the frames that are kept for corrections once a long clip was tracked.';

/** What one chooses by; the rest is behind a disclosure. */
function Facts({ report }: { readonly report: ModelReport }) {
  const { device } = report;
  const adapter = device.adapter?.description || device.adapter?.vendor;
  const memory = useSelected((state) => memoryText(state.models));
  const { models } = useActions();
  useEffect(() => models.watchMemory(), [models]);
  return (
    <>
      <dl className="facts numbers">
        <dt>Runs on</dt>
        <dd>{runsOn(report)}</dd>
        <dt>Device</dt>
        <dd>
          {adapter ?? `CPU, ${device.threads} ${device.threads === 1 ? 'thread' : 'threads'}`}
        </dd>
        <dt>{device.backend === 'webgpu' ? 'GPU memory' : 'Memory'}</dt>
        <dd title={MEMORY_NOTE}>{memory}</dd>
      </dl>
      <ModelDetails report={report} />
    </>
  );
}
