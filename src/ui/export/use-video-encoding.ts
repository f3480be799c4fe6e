import { useEffect, useState } from 'react';
import type { ExportChoice } from '../../store/export-choice.ts';
import type { VideoEncoding } from '../../store/export-format.ts';
import { useActions } from '../studio-context.tsx';

/** What this browser will encode the chosen video with; absent for GIFs and while it is asked for. */
export function useVideoEncoding(choice: ExportChoice): VideoEncoding | undefined {
  const { project } = useActions();
  const [encoding, setEncoding] = useState<VideoEncoding>();
  useEffect(() => {
    let isCurrent = true;
    void project.videoEncoding(choice).then((answer) => {
      if (isCurrent) setEncoding(answer);
    });
    return () => {
      isCurrent = false;
    };
  }, [project, choice]);
  return encoding;
}
