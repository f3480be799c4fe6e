import { FileJson, Film, Images, Box, Target } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useActions } from '../studio-context.tsx';
import { listenToDrops } from './drop-target.ts';
import './drop-overlay.css';

const KINDS = [
  { icon: <Film />, text: 'Video' },
  { icon: <Images />, text: 'Folder or zip of frames' },
  { icon: <Box />, text: 'SAM 2 checkpoint' },
  { icon: <FileJson />, text: 'Masks or project' },
  { icon: <Target />, text: 'Ground truth' },
] as const;

/** The whole window takes files; while some are held over it, it says which. */
export function DropOverlay() {
  const { video } = useActions();
  const [isOver, setOver] = useState(false);
  useEffect(
    () => listenToDrops({ onHover: setOver, onDrop: (items) => void video.openDropped(items) }),
    [video],
  );
  if (!isOver) return null;
  return (
    <div className="drop-overlay" aria-hidden="true">
      <div className="drop-card">
        <p className="drop-title">Drop to open</p>
        <ul>
          {KINDS.map((kind) => (
            <li key={kind.text}>
              {kind.icon}
              {kind.text}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
