import { getRecording } from '../../recordings/list.ts'
import { os } from '../context.ts'

export const get = os.recordings.get.handler(({ context: { deps }, input: { id } }) => getRecording(deps, id))
