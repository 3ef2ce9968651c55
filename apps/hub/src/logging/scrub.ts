/** What is never in a log line, wherever in it and however it got there. Names of fields are handled by pino's redaction. */
const secrets: [RegExp, string][] = [
  [/moorage_[\w-]{20,}/g, 'moorage_[redacted]'],
  [/\b(bearer|basic) [\w\-.~+/]+=*/gi, '$1 [redacted]'],
  // JSON web tokens, such as ServiceAccount tokens.
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, '[redacted token]'],
  // Newlines are escaped in a JSON line.
  [/-----BEGIN ([A-Z ]*)PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)/gs, '[redacted private key]'],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@:"]*:[^\s/@"]*@/gi, '$1[redacted]@'],
]

/** The last look at a line before it leaves the process. */
export function scrub(line: string): string {
  let clean = line
  for (const [pattern, replacement] of secrets) clean = clean.replace(pattern, replacement)
  return clean
}
