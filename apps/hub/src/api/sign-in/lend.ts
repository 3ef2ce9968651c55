import type { Authenticated } from '../../access/identity.ts'
import { lendCode, requirePerson } from '../../access/lend.ts'
import { MoorageError } from '../../errors.ts'
import { type ApiContext, os } from '../context.ts'

/** The person at the browser who lets a command line in. */
export function person(context: ApiContext): ReturnType<typeof requirePerson> {
  const authenticated: Authenticated | null = context.authenticated
  if (authenticated !== null) return requirePerson(authenticated)
  throw new MoorageError('unauthenticated', 'The request carries no credential.')
}

export const lend = os.signIn.lend.handler(async ({ context, input }) => ({
  code: await lendCode(context.deps, person(context), input),
}))
