import { Monitor, Moon, Sun } from 'lucide-react';
import { Menu, MenuChoice } from '../primitives/menu.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

const THEMES = [
  { value: 'system', label: 'Like the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;
const ICONS = { system: <Monitor />, light: <Sun />, dark: <Moon /> } as const;

/** Light, dark, or like the system. */
export function ThemeMenu() {
  const { view } = useActions();
  const theme = useSelected((state) => state.view.theme);
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className="icon-button" aria-label="Theme" title="Theme">
          {ICONS[theme]}
        </button>
      }
    >
      <MenuChoice
        label="Theme"
        value={theme}
        options={THEMES}
        onChoose={(choice) => view.chooseTheme(choice)}
      />
    </Menu>
  );
}
