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
    if (before instanceof HTMLElement && before.isConnected) stillMeant(before).focus();
    afterwards?.();
  };
}

/** A tab is chosen by its focus: where another was chosen meanwhile, that one has it now. */
function stillMeant(before: HTMLElement): HTMLElement {
  const tabs = before.role === 'tab' ? before.closest('[role="tablist"]') : null;
  return tabs?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]') ?? before;
}
