import { answerDevice, askDevice, findDevice as find, pollDevice as poll } from '../../access/lend.ts'
import { os } from '../context.ts'
import { person } from './lend.ts'

export const device = os.signIn.device.handler(({ context, input }) =>
  askDevice(context.deps, { ...input, address: context.request.address }),
)

export const findDevice = os.signIn.findDevice.handler(({ context, input }) => {
  person(context)
  return find(context.deps, input.userCode)
})

export const decideDevice = os.signIn.decideDevice.handler(async ({ context, input }) => ({
  allowed: await answerDevice(context.deps, person(context), input),
}))

export const pollDevice = os.signIn.pollDevice.handler(({ context, input }) => poll(context.deps, input.deviceCode))
