import './controls.css';

interface Props {
  readonly label: string;
  /** 0..1; absent: it is not known how much is left. */
  readonly fraction?: number | undefined;
}

/** How far something is. */
export function ProgressBar({ label, fraction }: Props) {
  const percent = fraction === undefined ? undefined : Math.round(fraction * 100);
  return (
    <div
      className={`progress ${percent === undefined ? 'progress-unknown' : ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === undefined ? {} : { 'aria-valuenow': percent })}
    >
      <div className="progress-fill" style={{ width: `${percent ?? 30}%` }} />
    </div>
  );
}
