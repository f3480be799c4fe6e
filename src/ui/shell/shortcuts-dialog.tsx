import { Dialog } from '../primitives/dialog.tsx';
import { Keys } from '../primitives/keys.tsx';
import { useActions } from '../studio-context.tsx';
import { AIM_HINTS, POINTER_HINTS, SHORTCUT_GROUPS } from './shortcuts.ts';
import './shortcuts-dialog.css';

/** Every key, and what the pointer does. */
export function ShortcutsDialog() {
  const { view } = useActions();
  const groups = [
    ...SHORTCUT_GROUPS.map(({ title, shortcuts }) => ({ title, rows: shortcuts })),
    { title: 'Aiming with the keys (A)', rows: AIM_HINTS },
    { title: 'Pointer and numbers', rows: POINTER_HINTS },
  ];
  return (
    <Dialog
      title="Keyboard shortcuts"
      description="They work anywhere on the page, except while you type."
      width="wide"
      onClose={() => view.closeDialog()}
    >
      <div className="shortcuts">
        {groups.map((group) => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl>
              {group.rows.map((row) => (
                <div key={row.keys}>
                  <dt>{row.label}</dt>
                  <dd>
                    <Keys keys={row.keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
