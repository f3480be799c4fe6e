import { Fragment } from 'react';
import { formatBytes, formatDurationMs } from '../../store/format.ts';
import type { ModelReport } from '../../store/models-slice.ts';
import { useSelected } from '../studio-context.tsx';
import { bankAttentionText, graphCaptureText, offlineText, precisionText } from './model-text.ts';

interface Props {
  readonly report: ModelReport;
}

/** What is known of the model besides, for whoever asks why it runs as it does. */
export function ModelDetails({ report }: Props) {
  const { device } = report;
  const kept = useSelected((state) => offlineText(state.offline));
  const facts: readonly (readonly [name: string, text: string | undefined])[] = [
    [
      'Size',
      `${(report.parameters / 1e6).toFixed(1)} M parameters, ${formatBytes(report.fileBytes)}`,
    ],
    ['Loaded in', formatDurationMs(report.loadMs)],
    ['Backend', device.reason],
    ['Precision', device.halfPrecision && precisionText(report.precision, device.halfPrecision)],
    ['Attention', device.bankAttention && bankAttentionText(device.bankAttention)],
    ['Networks', device.graphCapture && graphCaptureText(device.graphCapture)],
    ['Offline', kept],
  ];
  return (
    <details className="model-details">
      <summary>File, precision and how it runs</summary>
      <dl className="facts numbers">
        <Long name="Checkpoint" text={report.fileName} />
        <Long name="SHA-256" text={report.sha256} />
        {facts.map(
          ([name, text]) =>
            text !== undefined && (
              <Fragment key={name}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </Fragment>
            ),
        )}
      </dl>
    </details>
  );
}

/** Cut off where it does not fit; all of it is in its tooltip. */
function Long({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="truncate" title={text}>
        {text}
      </dd>
    </>
  );
}
