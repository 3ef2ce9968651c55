import { lendCode, requirePerson } from '../../access/lend.ts'
import { type ApiContext, asksBy, os } from '../context.ts'

/** The person at the browser who lets a command line in. */
export const person = (context: ApiContext) => requirePerson(asksBy(context))

export const lend = os.signIn.lend.handler(async ({ context, input }) => ({
  code: await lendCode(context.deps, person(context), input),
}))
