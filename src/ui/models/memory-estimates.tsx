import { formatAboutBytes, formatCounted } from '../../store/format.ts';
import { sizeName, type MemoryReport } from '../../store/models-slice.ts';
import { useSelected } from '../studio-context.tsx';

const SIZES = ['tiny', 'small', 'base_plus', 'large'] as const;
const IMAGE_SIZES = [512, 1024] as const;

/** What each published checkpoint would take of the device, for the choice of one. */
export function MemoryEstimates() {
  const memory = useSelected((state) => state.models.memory);
  if (memory === undefined) return null;
  return (
    <details className="memory-estimates">
      <summary>Memory that SAM 2’s checkpoints take here</summary>
      <table className="numbers">
        <caption>
          Estimates for {formatCounted(memory.objects, 'object')}, with what is kept for
          corrections.
        </caption>
        <thead>
          <tr>
            <th scope="col">Model</th>
            {IMAGE_SIZES.map((imageSize) => (
              <th key={imageSize} scope="col">
                {imageSize} px
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {SIZES.map((size) => (
            <tr key={size}>
              <th scope="row">{sizeName(size)}</th>
              {IMAGE_SIZES.map((imageSize) => (
                <Estimate key={imageSize} memory={memory} size={size} imageSize={imageSize} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

interface EstimateProps {
  readonly memory: MemoryReport;
  readonly size: (typeof SIZES)[number];
  readonly imageSize: number;
}

function Estimate({ memory, size, imageSize }: EstimateProps) {
  const estimate = memory.estimates.find((one) => one.size === size && one.imageSize === imageSize);
  if (estimate === undefined) return <td>–</td>;
  return estimate.fits ? (
    <td>{formatAboutBytes(estimate.bytes)}</td>
  ) : (
    <td className="memory-too-large">{formatAboutBytes(estimate.bytes)}, too large</td>
  );
}
