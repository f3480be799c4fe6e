import { useCallback, useState, type RefCallback, type UIEvent } from 'react';
import { rowsInSight } from './table-model.ts';

/** `--row` of data-table.css, in root font sizes. */
const ROW_REM = 1.75;

interface RowsInSight {
  readonly scroller: RefCallback<HTMLElement>;
  readonly onScroll: (event: UIEvent<HTMLElement>) => void;
  /** Rows `[first, end)` are to be on the page. */
  readonly first: number;
  readonly end: number;
  /** CSS pixels. */
  readonly rowHeight: number;
}

/** Which rows of a scrolled table are worth drawing. @param count of all rows */
export function useRowsInSight(count: number): RowsInSight {
  // Until the table is measured: as many as fit on any screen.
  const [scroll, setScroll] = useState({ top: 0, height: 2000, rowHeight: 24 });
  const scroller = useCallback((element: HTMLElement) => {
    const measure = () => {
      const remPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      const rowHeight = remPx * ROW_REM;
      setScroll({ top: element.scrollTop, height: element.clientHeight, rowHeight });
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const onScroll = useCallback((event: UIEvent<HTMLElement>) => {
    const { scrollTop: top, clientHeight: height } = event.currentTarget;
    setScroll((before) => ({ ...before, top, height }));
  }, []);
  const [first, end] = rowsInSight(scroll, count);
  return { scroller, onScroll, first, end, rowHeight: scroll.rowHeight };
}
