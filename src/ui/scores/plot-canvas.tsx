import { useEffect, useRef, useState } from 'react';
import { watchTheme } from '../theme/watch-theme.ts';
import { useLoaded } from '../primitives/use-loaded.ts';
import { useStudio } from '../studio-context.tsx';
import type { PlotContent, PlotListener, PlotLook } from './plot-content.ts';
import type { Plot } from './plot.ts';
import './plot.css';

interface Props extends PlotListener {
  readonly look: PlotLook;
  readonly content: PlotContent;
  /** Called with the plot once it is there; what it returns ends what it began. */
  readonly connect?: ((plot: Plot) => () => void) | undefined;
}

const loadPlot = () => import('./plot.ts');

/** A chart as large as the element around it. The library comes when the first one is shown. */
export function PlotCanvas({ look, content, connect, onSeek, onHover }: Props) {
  const studio = useStudio();
  const host = useRef<HTMLDivElement>(null);
  const [plot, setPlot] = useState<Plot>();
  const library = useLoaded(loadPlot);
  useEffect(() => {
    const element = host.current;
    if (element === null || library === undefined) return undefined;
    const made = new library.Plot(element, look);
    setPlot(made);
    return () => {
      made[Symbol.dispose]();
      setPlot(undefined);
    };
  }, [library, look]);
  useEffect(() => plot?.show(content), [plot, content]);
  useEffect(() => {
    plot?.listen({
      ...(onSeek === undefined ? {} : { onSeek }),
      ...(onHover === undefined ? {} : { onHover }),
    });
  }, [plot, onSeek, onHover]);
  useEffect(() => (plot === undefined ? undefined : connect?.(plot)), [plot, connect]);
  useEffect(
    () => (plot === undefined ? undefined : watchTheme(studio, () => plot.recolor())),
    [studio, plot],
  );
  return <div ref={host} className="plot" data-look={look} aria-hidden="true" />;
}
