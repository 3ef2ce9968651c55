// Sets the theme before the first paint, so that a dark page never flashes white. src/theme/theme.ts takes over from here.
;(() => {
  let choice = null
  try {
    choice = localStorage.getItem('moorage.theme')
  } catch {
    // Storage is switched off: the system's theme is used.
  }
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.toggle('pf-v6-theme-dark', dark)
})()
