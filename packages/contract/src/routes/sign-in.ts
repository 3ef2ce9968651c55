import { z } from 'zod'
import {
  AskDeviceCode,
  CommandLineCode,
  CommandLineExchange,
  DeviceAnswer,
  DeviceAsking,
  DeviceCode,
  LentToken,
  SignInWays,
  UserCode,
} from '../sign-in.ts'
import { route } from './route.ts'

const tags = ['session']
const open = (operation: object) => ({ ...operation, security: [] })

/** What comes before there is a credential, and how a command line gets one. */
export const signIn = {
  ways: route
    .route({
      method: 'GET',
      path: '/sign-in',
      tags,
      summary: 'How to sign in',
      description: 'The issuers that a browser can be sent to. A password and a token can always be used.',
      spec: open,
    })
    .output(SignInWays),
  lend: route
    .route({
      method: 'POST',
      path: '/command-line/codes',
      tags,
      summary: 'Let a command line on this machine in',
      description:
        'For the page that a command line has opened: the browser takes the code to the command line on its own machine, which alone can trade it, within a minute and once.',
    })
    .input(CommandLineCode)
    .output(z.object({ code: z.string() })),
  exchange: route
    .route({
      method: 'POST',
      path: '/command-line/token',
      tags,
      summary: 'Trade a code for a token',
      description: 'Needs the verifier to the challenge that the code was made for.',
      spec: open,
    })
    .input(CommandLineExchange)
    .output(LentToken),
  device: route
    .route({
      method: 'POST',
      path: '/device-codes',
      tags,
      summary: 'Ask to be let in without a browser',
      description:
        'A person types the user code into the console, on whatever machine; then polling answers with a token.',
      spec: open,
    })
    .input(AskDeviceCode)
    .output(DeviceCode),
  findDevice: route
    .route({
      method: 'POST',
      path: '/device-codes/find',
      tags,
      summary: 'Who waits behind a user code',
      description: 'What the person should see before they let it in.',
    })
    .meta({ errors: ['not_found'] })
    .input(z.strictObject({ userCode: UserCode }))
    .output(DeviceAsking),
  decideDevice: route
    .route({
      method: 'POST',
      path: '/device-codes/decision',
      tags,
      summary: 'Let a command line in, or refuse it',
      description: 'It gets a token for who asks here.',
    })
    .meta({ errors: ['not_found'] })
    .input(z.strictObject({ userCode: UserCode, allow: z.boolean() }))
    .output(z.object({ allowed: z.boolean() })),
  pollDevice: route
    .route({
      method: 'POST',
      path: '/device-codes/token',
      tags,
      summary: 'Ask whether one was let in',
      description:
        'To be asked no more often than every few seconds. The token is in the first answer after the decision, and only there.',
      spec: open,
    })
    .input(z.strictObject({ deviceCode: z.string().min(1).max(200) }))
    .output(DeviceAnswer),
}
