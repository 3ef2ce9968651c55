import type { Account } from '@moorage/contract/sign-in.ts'
import { define } from '../define.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { CliError, usage } from '../failure.ts'
import { openHub } from '../hub/open.ts'
import { type Io, note, say } from '../io.ts'
import { askSecret } from '../prompt.ts'
import { readInput } from '../read-input.ts'

/** Where users come from whose passwords the hub knows. */
const LOCAL = 'local'

interface Passwords {
  password: string
  newPassword: string
}

/** `moorage password` */
export const password = (io: Io) =>
  define('password', {
    summary: 'Change your own password',
    description:
      'For users whose password the hub knows; others change it at their issuer. Asks for the password of now, and twice for the new one: at least 15 characters. Your sessions of browsers end; tokens, and this command line, stay signed in. It is never taken as an argument, which others on this machine could see.',
    examples: [
      { does: 'Asked for here', run: 'moorage password' },
      { does: 'From a password manager', run: 'printf "%s\\n%s\\n" "$OLD" "$NEW" | moorage password --stdin' },
    ],
  })
    .option('--stdin', 'read the password of now and the new one from standard input, a line each')
    .action(async ({ stdin }: { stdin?: true }, command) => {
      await using hub = await openHub(io, command)
      const { user } = await hub.api.account.get(undefined, { signal: io.signal })
      requireLocal(user)
      const given = stdin ? fromInput(await readInput(io, '-', 'passwords')) : await ask(io)
      await hub.api.account.changePassword(given, { signal: io.signal })
      say(io, `The password of ${user.name} is changed.`)
      note(
        io,
        'Your sessions of browsers have ended. If somebody else knew it, end your tokens too: moorage token list.',
      )
    })

/** Before anybody types a password that nobody knows here. */
function requireLocal(user: Account['user']): asserts user is NonNullable<Account['user']> {
  if (user?.source === LOCAL) return
  const message =
    user === null
      ? 'You are signed in with a token of the hub or of a machine, which has no password.'
      : `User ${user.name} signs in at issuer ${user.source}; the hub knows no password of theirs.`
  const fix = user === null ? 'Sign in as yourself: moorage login.' : 'Change the password at the issuer.'
  throw new CliError('not_local', exitCodeOf('not_local'), message, { fix })
}

function fromInput(text: string): Passwords {
  const [password = '', newPassword = '', ...rest] = text.split(/\r?\n/)
  if (password !== '' && newPassword !== '' && rest.join('') === '') return { password, newPassword }
  throw usage(
    'Standard input should have two lines: the password of now, and the new one.',
    'Leave --stdin out to be asked for them.',
  )
}

async function ask(io: Io): Promise<Passwords> {
  const password = await askSecret(io, 'Password of now', 'Give both with --stdin.')
  const newPassword = await askSecret(io, 'New password', 'Give both with --stdin.')
  if ((await askSecret(io, 'New password, once more', 'Give both with --stdin.')) !== newPassword) {
    throw usage('The new password was not the same both times; nothing was changed.', 'Try again.')
  }
  return { password, newPassword }
}
