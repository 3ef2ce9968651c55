import { proofKey } from '../../agents/signing-key.ts'
import { os } from '../context.ts'

export const info = os.hub.info.handler(async ({ context: { deps } }) => ({
  ...deps.info,
  proofKey: await proofKey(deps),
}))
