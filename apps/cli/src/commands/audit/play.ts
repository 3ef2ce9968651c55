import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { type Command, Option } from 'commander'
import { checkWritable } from '../../check-writable.ts'
import { define } from '../../define.ts'
import { usage } from '../../failure.ts'
import { download } from '../../hub/download.ts'
import { openHub } from '../../hub/open.ts'
import { type Io, note } from '../../io.ts'
import { saveWhole } from '../../offline/save-backup.ts'
import { pause } from '../../pause.ts'
import { tame } from '../../print/tame.ts'

interface Options {
  speed: number
  idle: number
  output?: string
}

const number = (name: string) => (text: string) => {
  const value = Number(text)
  if (!(value > 0)) throw usage(`${name} is "${text}"; it should be a number above 0.`)
  return value
}

/** `moorage audit play` */
export const play = (io: Io) =>
  define('play', {
    summary: 'Play a recorded session, or save it as a file',
    description:
      'With the times of the keystrokes. Sequences that would reach beyond the screen of a terminal, such as its clipboard, are left out; the file of --output has everything, as asciicast v2. That it was played is in the audit log.',
    examples: [
      { does: 'At twice the speed', run: 'moorage audit play ID --speed 2' },
      { does: 'Save it, for asciinema and its players', run: 'moorage audit play ID --output session.cast' },
    ],
  })
    .argument('<id>', 'id of the recording, as "moorage audit sessions" shows it')
    .addOption(new Option('--speed <factor>', 'how much faster').default(1).argParser(number('--speed')))
    .addOption(new Option('--idle <seconds>', 'longest pause that is kept').default(2).argParser(number('--idle')))
    .option('--output <file>', 'save it there instead; - for standard output')
    .action(async (id: string, { speed, idle, output }: Options, command: Command) => {
      const out = output === undefined || output === '-' ? null : resolve(io.cwd, output)
      if (out !== null) await checkWritable(out)
      await using hub = await openHub(io, command)
      const session = await download(io, hub, `/api/v1/recordings/cast?id=${encodeURIComponent(id)}`)
      if (output === undefined) return show(io, session, { speed, idle })
      await saveWhole(io, out, [Readable.from(session)])
      if (out !== null) note(io, `The session is written to ${out}.`)
    })

/** Shows what the session showed, when it did. */
async function show(io: Io, body: AsyncIterable<Uint8Array>, { speed, idle }: Pick<Options, 'speed' | 'idle'>) {
  const shown = tame()
  let before = 0
  let ended = false
  const lines = createInterface({ input: Readable.from(body), crlfDelay: Number.POSITIVE_INFINITY })
  for await (const line of lines) {
    const event: unknown = JSON.parse(line)
    if (!Array.isArray(event)) continue
    const [at, kind, data] = event as [number, string, string]
    if (kind === 'm' && data === 'end') ended = true
    else if (kind === 'm') note(io, data)
    if (kind !== 'o') continue
    // Without a terminal there is nobody to wait for.
    if (io.stdout.isTTY) await pause((Math.min(at - before, idle) * 1000) / speed, io.signal)
    before = at
    io.stdout.write(shown(data))
  }
  if (!ended) note(io, 'The recording ends here; the session has not ended, or its hub stopped.')
}
