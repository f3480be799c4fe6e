import { useEffect, useState } from 'react';
import type { ExportChoice } from '../../store/export-choice.ts';
import { useActions } from '../studio-context.tsx';

interface Props {
  readonly choice: ExportChoice;
}

/** What this browser will encode the video with; its place is kept while that is asked for. */
export function CodecLine({ choice }: Props) {
  const { project } = useActions();
  const [text, setText] = useState('');
  useEffect(() => {
    let isCurrent = true;
    void project.videoCodec(choice).then((codec) => {
      if (isCurrent) setText(codec ?? 'This browser cannot encode it; choose another.');
    });
    return () => {
      isCurrent = false;
    };
  }, [project, choice]);
  return (
    <p className="export-note" aria-live="polite">
      {text}
    </p>
  );
}
