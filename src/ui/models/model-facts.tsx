import { Info, TriangleAlert } from 'lucide-react';
import { useEffect } from 'react';
import { formatBytes, formatDurationMs } from '../../store/format.ts';
import { isSlow, modelInUse, modelName, type ModelReport } from '../../store/models-slice.ts';
import { useActions, useSelected } from '../studio-context.tsx';
import {
  bankAttentionText,
  graphCaptureText,
  memoryText,
  offlineText,
  precisionText,
  runsOn,
} from './model-text.ts';

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

function Facts({ report }: { readonly report: ModelReport }) {
  const { device } = report;
  const adapter = device.adapter?.description || device.adapter?.vendor;
  const millions = (report.parameters / 1e6).toFixed(1);
  const kept = useSelected((state) => offlineText(state.offline));
  const memory = useSelected((state) => memoryText(state.models));
  const { models } = useActions();
  useEffect(() => models.watchMemory(), [models]);
  return (
    <dl className="facts numbers">
      <dt>Checkpoint</dt>
      <dd className="truncate" title={report.fileName}>
        {report.fileName}
      </dd>
      <dt>Size</dt>
      <dd>
        {millions} M parameters, {formatBytes(report.fileBytes)}
      </dd>
      <dt>Runs on</dt>
      <dd>{runsOn(report)}</dd>
      <dt>Device</dt>
      <dd>{adapter ?? `CPU, ${device.threads} ${device.threads === 1 ? 'thread' : 'threads'}`}</dd>
      <dt>Why</dt>
      <dd>{device.reason}</dd>
      {device.halfPrecision !== undefined && (
        <>
          <dt>Precision</dt>
          <dd>{precisionText(report.precision, device.halfPrecision)}</dd>
        </>
      )}
      {device.bankAttention !== undefined && (
        <>
          <dt>Attention</dt>
          <dd>{bankAttentionText(device.bankAttention)}</dd>
        </>
      )}
      {device.graphCapture !== undefined && (
        <>
          <dt>Networks</dt>
          <dd>{graphCaptureText(device.graphCapture)}</dd>
        </>
      )}
      <dt>{device.backend === 'webgpu' ? 'GPU memory' : 'Memory'}</dt>
      <dd title={MEMORY_NOTE}>{memory}</dd>
      <dt>Loaded in</dt>
      <dd>{formatDurationMs(report.loadMs)}</dd>
      {kept !== undefined && (
        <>
          <dt>Offline</dt>
          <dd>{kept}</dd>
        </>
      )}
      <dt>SHA-256</dt>
      <dd className="truncate" title={report.sha256}>
        {report.sha256}
      </dd>
    </dl>
  );
}
