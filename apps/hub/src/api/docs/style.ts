/** Everything that the documentation page looks like; light and dark. Its hash stands in the page's policy. */
export const STYLE = `
:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}
body{margin:0}main{max-width:64rem;margin:0 auto;padding:1.5rem}
h1 small{font-weight:400;font-size:.6em;opacity:.7}h2{margin-top:2rem;text-transform:capitalize}
nav a{margin-right:.75rem}code,pre{font-family:ui-monospace,monospace;font-size:.92em}
pre{padding:.75rem;overflow:auto;border:1px solid color-mix(in srgb,currentColor 20%,transparent);border-radius:6px}
details{border:1px solid color-mix(in srgb,currentColor 20%,transparent);border-radius:6px;margin:.4rem 0;padding:.4rem .8rem}
summary{cursor:pointer}table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{text-align:left;vertical-align:top;padding:.25rem .6rem .25rem 0;border-bottom:1px solid color-mix(in srgb,currentColor 12%,transparent)}
td p{margin:.1rem 0}b{font-size:.8em;font-weight:600}
.get{color:#1b6e3c}.post{color:#0b5cad}.put,.patch{color:#8a5a00}.delete{color:#b3261e}
@media(prefers-color-scheme:dark){.get{color:#6fd39a}.post{color:#7ab8ff}.put,.patch{color:#e5b35c}.delete{color:#ff8f86}}
`
