import { findRecordings } from '../../recordings/list.ts'
import { os } from '../context.ts'
import { requireRight } from '../rights.ts'
import { readTimeToken, timeToken } from '../time-cursor.ts'

export const list = os.recordings.list.handler(async ({ context, input }) => {
  // What was typed is a part of the recording itself.
  if (input.typed !== undefined) requireRight(context, { verb: 'get', resource: 'recordings' })
  const { items, last, total } = await findRecordings(context.deps, input, readTimeToken(input.continue))
  return { items, next: last === null ? null : timeToken(last), total }
})
