import { ToggleGroup, ToggleGroupItem } from '@patternfly/react-core'
import DesktopIcon from '@patternfly/react-icons/dist/esm/icons/desktop-icon'
import MoonIcon from '@patternfly/react-icons/dist/esm/icons/moon-icon'
import SunIcon from '@patternfly/react-icons/dist/esm/icons/sun-icon'
import type { ReactNode } from 'react'
import type { ThemeChoice } from './theme.ts'
import { useTheme } from './theme-provider.tsx'

const choices: { choice: ThemeChoice; label: string; icon: ReactNode }[] = [
  { choice: 'light', label: 'Light theme', icon: <SunIcon /> },
  { choice: 'dark', label: 'Dark theme', icon: <MoonIcon /> },
  { choice: 'system', label: 'Theme of the system', icon: <DesktopIcon /> },
]

/** Light, dark, or as the system is. */
export function ThemeMenu() {
  const theme = useTheme()
  return (
    <ToggleGroup aria-label="Theme" isCompact>
      {choices.map(({ choice, label, icon }) => (
        <ToggleGroupItem
          key={choice}
          icon={icon}
          aria-label={label}
          isSelected={theme.choice === choice}
          onChange={() => theme.choose(choice)}
        />
      ))}
    </ToggleGroup>
  )
}
