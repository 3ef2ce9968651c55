import { recordingUnknown } from '../../recordings/list.ts'
import { deleteRecording as deleteStored } from '../../store/recordings.ts'
import { os } from '../context.ts'

export const deleteRecording = os.recordings.delete.handler(async ({ context: { deps }, input: { id } }) => {
  if (!(await deleteStored(deps.store.db, id))) throw recordingUnknown(id)
  return { deleted: id }
})
