/** What the reader chose. `system` follows the operating system. */
export type ThemeChoice = 'light' | 'dark' | 'system'

/** Where the choice is kept; `public/first-theme.js` reads it too. */
export const STORAGE_KEY = 'moorage.theme'
/** The class on the root element that makes PatternFly dark. */
export const DARK_CLASS = 'pf-v6-theme-dark'

/** A stored choice; anything else is `system`. */
export const readChoice = (stored: string | null): ThemeChoice =>
  stored === 'light' || stored === 'dark' ? stored : 'system'

/** Whether to be dark, from the choice and what the system prefers. */
export const isDark = (choice: ThemeChoice, systemDark: boolean): boolean =>
  choice === 'dark' || (choice === 'system' && systemDark)
