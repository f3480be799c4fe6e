import { useState } from 'react';

/**
 * For a dialog that no button of its own opens: gives the focus back, when it has closed, to what had
 * it before.
 * @param afterwards what waited for that, such as something that takes the focus itself
 */
export function useFocusReturn(afterwards?: () => void): (event: Event) => void {
  // The first render comes before the dialog takes the focus.
  const [before] = useState(() => document.activeElement);
  return (event) => {
    // Radix would look for the button that opened it, and find none.
    event.preventDefault();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
    afterwards?.();
  };
}
