/** What the hub says in the address when it sends somebody back from an issuer without having let them in. */
const sentences: Readonly<Record<string, string>> = {
  expired: 'The sign-in took too long, was finished before, or was not begun in this browser. Try again.',
  refused: 'The issuer did not let you in.',
  unusable:
    'The issuer does not say of you what the hub needs to know. An administrator finds the reason in its audit log.',
  taken: 'Somebody else has the name that the issuer calls you by. Ask an administrator.',
  disabled: 'Your account is disabled. Ask an administrator.',
  failed: 'The hub could not talk to the issuer. An administrator finds the reason in its log.',
}

/** Why somebody who came back from an issuer is not signed in; null where nothing went wrong. */
export function signInTrouble(search: string): string | null {
  const trouble = new URLSearchParams(search).get('trouble')
  if (trouble === null) return null
  return sentences[trouble] ?? 'The sign-in did not succeed. Try again.'
}
