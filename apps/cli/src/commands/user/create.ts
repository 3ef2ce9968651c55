import { define } from '../../define.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note, say } from '../../io.ts'
import { printData } from '../../print/output.ts'
import { type TextFormat, textOutput } from '../../print/text-output.ts'
import { readInput } from '../../read-input.ts'

interface Options {
  fullName?: string
  email?: string
  passwordFile?: string
  output: TextFormat
}

/** `moorage user create` */
export const create = (io: Io) =>
  define('create', {
    summary: 'Make a local user; the password is shown once',
    description:
      'The password has to be changed at the first sign-in. Only the password goes to standard output, so that it can be piped on. People who sign in at an issuer need not be made.',
    examples: [
      { does: 'With a password that the hub makes up', run: 'moorage user create ada --full-name "Ada Lovelace"' },
      { does: 'With one of your own', run: 'moorage user create ada --password-file -' },
    ],
  })
    .argument('<name>', 'what the user is called')
    .option('--full-name <name>', 'what people call them')
    .option('--email <address>', 'where to reach them')
    .option('--password-file <file>', 'file with the first password, - for standard input')
    .addOption(textOutput())
    .action(async (name: string, options: Options, command) => {
      const given =
        options.passwordFile === undefined ? undefined : await readInput(io, options.passwordFile, 'password')
      const password = given?.replace(/\r?\n$/, '')
      await using hub = await openHub(io, command)
      const made = await hub.api.users.create(
        {
          name,
          ...(options.fullName !== undefined && { displayName: options.fullName }),
          ...(options.email !== undefined && { email: options.email }),
          ...(password !== undefined && { password }),
        },
        { signal: io.signal },
      )
      if (options.output !== 'text') return printData(io, options.output, made)
      if (made.password === null) return say(io, `User ${made.name} was made.`)
      note(
        io,
        `User ${made.name} was made. The password has to be changed at the first sign-in, and is shown only now:`,
      )
      say(io, made.password)
    })
