import type { Batch } from '@moorage/projector/batch.ts'
import { reportedKinds } from '@moorage/projector/project.ts'
import { z } from 'zod'

/** Objects of one page or delta: the projector reads pages of 500. */
const MAX_BATCH = 10_000
/** What etcd lets an object be, and one row is less than its object. */
const Text = z.string().max(1_572_864)
const Name = z.string().max(1024)
const Kind = z.enum(reportedKinds as [string, ...string[]])
const Version = z.string().min(1).max(256)
const Instant = z.iso.datetime({ offset: true })

/** Levels of a row's data: what the projector makes has three. */
const MAX_DEPTH = 8
/** Above what Kubernetes lets a quantity be (2^63 - 1, in thousandths), whoever writes it, and far below where sums run over. */
const MAX_NUMBER = 1e30

/** Whether it can be stored, summed up and sent on: JSON takes deeper and larger things than those who read it later. */
const isModest = (value: unknown, depth = 0): boolean => {
  if (typeof value === 'number') return Math.abs(value) <= MAX_NUMBER
  if (typeof value !== 'object' || value === null) return true
  return depth < MAX_DEPTH && Object.values(value).every(inner => isModest(inner, depth + 1))
}

const Quantity = z.number().nullish()
const Quantities = z.object({ cpuMilli: Quantity, memoryBytes: Quantity, pods: Quantity }).nullish()
/** What the database adds up. */
const Summed = z.object({ capacity: Quantities, allocatable: Quantities, requests: Quantities })

const Data = z
  .record(z.string(), z.unknown())
  .refine(data => isModest(data) && Summed.safeParse(data).success, 'is not data of a row')

const Row = z.object({
  kind: Name,
  apiVersion: Name,
  namespace: Name,
  name: Name,
  uid: Name,
  status: Text,
  node: Name.nullable(),
  images: z.array(Text).max(1000),
  labels: z.record(z.string(), z.string()),
  owner: z.object({ kind: Name, name: Name }).nullable(),
  data: Data,
  createdAt: Instant,
})

const Event = z.object({
  uid: Name,
  type: Name,
  reason: Name,
  message: Text,
  kind: Name,
  namespace: Name,
  name: Name,
  source: Name,
  count: z.int().min(0).max(2_147_483_647),
  firstSeen: Instant,
  lastSeen: Instant,
})

const RemoteBatch = z.discriminatedUnion('type', [
  z.object({ type: z.literal('list-start'), kind: Kind }),
  z.object({ type: z.literal('rows'), kind: Kind, rows: z.array(Row).max(MAX_BATCH) }),
  z.object({ type: z.literal('list-end'), kind: Kind, resourceVersion: Version }),
  z.object({
    type: z.literal('delta'),
    kind: Kind,
    upserts: z.array(Row).max(MAX_BATCH),
    deletes: z.array(z.object({ namespace: Name, name: Name })).max(MAX_BATCH),
    resourceVersion: Version,
  }),
  z.object({ type: z.literal('events'), upserts: z.array(Event).max(MAX_BATCH), resourceVersion: Version.nullable() }),
  z.object({
    type: z.literal('state'),
    kind: Kind,
    state: z.enum(['pending', 'listing', 'watching', 'forbidden', 'absent', 'failed']),
    message: Text.nullable(),
  }),
])

/** The agent could not go on reading its cluster. */
export class RemoteReadError extends Error {
  override readonly name = 'RemoteReadError'
}

const TYPES = new Set(RemoteBatch.options.map(({ shape }) => shape.type.value as string))

/** What an agent says first: the kinds that it reads. */
const Kinds = z.object({ type: z.literal('kinds'), kinds: z.array(Name).max(1000) })

/**
 * The kinds that the hub keeps and this agent does not read, being older; null where the line says nothing of that.
 * They would be waited for otherwise.
 */
export function unreadKinds(line: unknown): string[] | null {
  const read = Kinds.safeParse(line)
  return read.success ? reportedKinds.filter(kind => !read.data.kinds.includes(kind)) : null
}

const Failure = z.object({ type: z.literal('error'), message: z.string() })

/**
 * One line of an agent's inventory stream as a batch; null for one of a type or a kind that this version of the hub
 * does not know. The agent runs in somebody else's cluster, so nothing of it is believed that the store could not take.
 */
export function readBatch(line: unknown): Batch | null {
  const read = RemoteBatch.safeParse(line)
  if (read.success) return read.data
  const failure = Failure.safeParse(line)
  if (failure.success) throw new RemoteReadError(failure.data.message.slice(0, 1024))
  const { type, kind } = (line ?? {}) as { type?: unknown; kind?: unknown }
  if (typeof type === 'string' && !TYPES.has(type)) return null
  if (typeof kind === 'string' && !reportedKinds.includes(kind)) return null
  const [issue] = read.error.issues
  throw new RemoteReadError(
    `The agent sent a batch that can not be stored: ${issue?.path.join('.')} ${issue?.message}.`,
  )
}
