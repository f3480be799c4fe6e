interface Props {
  /** Keys apart by a space. */
  readonly keys: string;
}

/** Keys as the keyboard shows them. */
export function Keys({ keys }: Props) {
  return (
    <span className="keys">
      {keys.split(' ').map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}
