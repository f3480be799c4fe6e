interface Props {
  /** Keys apart by a space. */
  readonly keys: string;
}

const IS_APPLE = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Keys as the keyboard shows them. */
export function Keys({ keys }: Props) {
  return (
    <span className="keys">
      {keys.split(' ').map((key) => (
        <kbd key={key}>{IS_APPLE && key === 'Ctrl' ? '⌘' : key}</kbd>
      ))}
    </span>
  );
}
