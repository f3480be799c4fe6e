import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight } from 'lucide-react';
import { formatCount } from '../../store/format.ts';
import { IconButton } from '../primitives/icon-button.tsx';
import type { pageOf } from './match-rows.ts';

interface Props {
  readonly shown: ReturnType<typeof pageOf>;
  readonly onPage: (page: number) => void;
}

/** Turns the pages of a long table; nothing where there is one. */
export function MatchPager({ shown, onPage }: Props) {
  const { first, page, pageCount, rows, total } = shown;
  if (pageCount === 1) return null;
  const last = pageCount - 1;
  const steps = [
    { label: 'First page', to: 0, icon: <ChevronFirst /> },
    { label: 'Page before', to: page - 1, icon: <ChevronLeft /> },
    { label: 'Next page', to: page + 1, icon: <ChevronRight /> },
    { label: 'Last page', to: last, icon: <ChevronLast /> },
  ];
  return (
    <nav className="match-pager" aria-label="Pages">
      <span className="numbers" role="status">
        {formatCount(first + 1)}–{formatCount(first + rows.length)} of {formatCount(total)}
      </span>
      {steps.map(({ label, to, icon }, at) => (
        <IconButton
          key={label}
          size="small"
          label={label}
          disabled={at < 2 ? page === 0 : page === last}
          onClick={() => onPage(to)}
        >
          {icon}
        </IconButton>
      ))}
    </nav>
  );
}
