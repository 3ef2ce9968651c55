import { answerDevice, askDevice, findDevice as find, pollDevice as poll } from '../../access/lend.ts'
import { requireSignInAllowed } from '../../access/sessions.ts'
import { type ApiContext, os } from '../context.ts'
import { person } from './lend.ts'

export const device = os.signIn.device.handler(({ context, input }) =>
  askDevice(context.deps, { ...input, address: context.request.address }),
)

/** Codes are short, so each that somebody types counts as a try of its address until somebody waits behind it. */
async function tried<T>({ deps, request: { address } }: ApiContext, find: () => Promise<T>): Promise<T> {
  requireSignInAllowed(deps.signIns, address, deps.now())
  deps.signIns.failed(address, deps.now())
  const found = await find()
  deps.signIns.succeeded(address, deps.now())
  return found
}

export const findDevice = os.signIn.findDevice.handler(({ context, input }) => {
  person(context)
  return tried(context, () => find(context.deps, input.userCode))
})

export const decideDevice = os.signIn.decideDevice.handler(async ({ context, input }) => {
  const who = person(context)
  return { allowed: await tried(context, () => answerDevice(context.deps, who, input)) }
})

export const pollDevice = os.signIn.pollDevice.handler(({ context, input }) => poll(context.deps, input.deviceCode))
