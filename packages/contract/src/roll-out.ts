import { z } from 'zod'
import { Problem } from './problem.ts'

/** How one agent took what was asked of all. */
export const AgentOutcome = z
  .object({
    cluster: z.string(),
    wave: z.int().min(1).nullable().describe('null: there was nothing to try, so it is in none'),
    outcome: z
      .enum(['done', 'nothing-to-do', 'refused', 'away', 'by-hand', 'not-begun', 'planned'])
      .describe(
        'by-hand: its owner applies the manifest; not-begun: an agent before it failed; planned: a dry run would try it',
      ),
    message: z.string(),
    manifest: z.string().nullable().describe('With by-hand: what the owner of the cluster applies'),
  })
  .meta({ id: 'AgentOutcome' })
export type AgentOutcome = z.infer<typeof AgentOutcome>

/** How all of them did. */
export const RollOut = z
  .object({
    complete: z.boolean().describe('Nothing was refused, away or not begun'),
    items: z.array(AgentOutcome),
  })
  .meta({ id: 'RollOut' })
export type RollOut = z.infer<typeof RollOut>

/** What happens while agents are worked on in waves. */
export const RollOutStep = z
  .discriminatedUnion('name', [
    z.object({
      name: z.literal('waves'),
      waves: z.array(z.array(z.string())).describe('Names of the clusters of each'),
    }),
    z.object({ name: z.literal('begun'), wave: z.int(), cluster: z.string() }),
    z.object({ name: z.literal('outcome'), outcome: AgentOutcome.omit({ manifest: true }) }),
  ])
  .meta({ id: 'RollOutStep' })
export type RollOutStep = z.infer<typeof RollOutStep>

/** How a change of the hub's own CA went: what a roll-out has, and how far it is. */
export const CaRotation = RollOut.extend({
  stage: z
    .enum(['settled', 'begun', 'switched'])
    .describe(
      'settled: there is one CA; begun: there is a next one, and the hub still answers with the one before; switched: the hub answers with the new one, and the one before is still trusted',
    ),
  fingerprint: z.string().describe('SHA-256 of the CA that the hub’s certificate is signed by now'),
  ca: z.string().describe('PEM: all CAs of the hub that are to be trusted now'),
  message: z.string().describe('What has happened, and what comes next'),
}).meta({ id: 'CaRotation' })
export type CaRotation = z.infer<typeof CaRotation>

/** One event of a roll-out that tells its steps as they pass. The last one is `done` or `failed`. */
export const LiveRollOut = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('step'), step: RollOutStep }),
    z.object({ type: z.literal('done'), result: z.union([CaRotation, RollOut]) }),
    z.object({ type: z.literal('failed'), problem: Problem }),
  ])
  .meta({ id: 'LiveRollOut' })
export type LiveRollOut = z.infer<typeof LiveRollOut>
