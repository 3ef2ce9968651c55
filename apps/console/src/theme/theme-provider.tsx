import { createContext, type ReactNode, use, useEffect, useLayoutEffect, useMemo, useState } from 'react'
import { DARK_CLASS, isDark, readChoice, STORAGE_KEY, type ThemeChoice } from './theme.ts'

interface Theme {
  choice: ThemeChoice
  dark: boolean
  choose(choice: ThemeChoice): void
}

const ThemeContext = createContext<Theme>({ choice: 'system', dark: false, choose: () => {} })

/** The theme in force and the way to choose another. */
export const useTheme = (): Theme => use(ThemeContext)

/** Keeps the root element's theme in step with the choice, the system and other tabs. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState<ThemeChoice>(() => readChoice(stored()))
  const [systemDark, setSystemDark] = useState(() => prefersDark().matches)
  const dark = isDark(choice, systemDark)

  useEffect(() => {
    const system = prefersDark()
    const onSystem = () => setSystemDark(system.matches)
    const onStorage = (event: StorageEvent) => {
      if (event.key === STORAGE_KEY) setChoice(readChoice(event.newValue))
    }
    system.addEventListener('change', onSystem)
    window.addEventListener('storage', onStorage)
    return () => {
      system.removeEventListener('change', onSystem)
      window.removeEventListener('storage', onStorage)
    }
  }, [])

  // In layout, so that the effects of charts, which read colours, run after it.
  useLayoutEffect(() => {
    document.documentElement.classList.toggle(DARK_CLASS, dark)
  }, [dark])

  const theme = useMemo<Theme>(
    () => ({
      choice,
      dark,
      choose(next) {
        setChoice(next)
        store(next)
      },
    }),
    [choice, dark],
  )
  return <ThemeContext value={theme}>{children}</ThemeContext>
}

const prefersDark = () => window.matchMedia('(prefers-color-scheme: dark)')

function stored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY)
  } catch {
    return null // storage is switched off: the system's theme is used
  }
}

function store(choice: ThemeChoice): void {
  try {
    localStorage.setItem(STORAGE_KEY, choice)
  } catch {
    // storage is switched off: the choice holds until the page is closed
  }
}
