import { exchangeCode } from '../../access/lend.ts'
import { os } from '../context.ts'

export const exchange = os.signIn.exchange.handler(async ({ context, input }) => {
  const lent = await exchangeCode(context.deps, input)
  context.note.who = lent.identity
  context.note.target = `tokens/${lent.id}`
  return lent
})
