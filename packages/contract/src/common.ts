import { z } from 'zod'

/** An instant, RFC 3339 in UTC. */
export const Instant = z.iso.datetime({ offset: true })

/** Kubernetes-style labels: at most 64 on one object. */
export const Labels = z
  .record(
    z
      .string()
      .regex(
        /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
        'is not a Kubernetes label key',
      ),
    z.string().regex(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/, 'is not a Kubernetes label value'),
  )
  .refine(labels => Object.keys(labels).length <= 64, 'has more than 64 labels')
export type Labels = z.infer<typeof Labels>

/** A DNS label: what clusters and projects may be called. */
export const Name = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'must be 1 to 63 of a-z, 0-9 and "-", and start and end with a letter or digit',
  )

/** A cluster's id or name, as it stands in a path. */
export const ClusterRef = z.object({ cluster: z.string().min(1).max(63).describe('Id or name of the cluster') })

/** How lists are paged: `next` of one page is `continue` of the following one. */
export const Page = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100).describe('Rows on a page'),
  continue: z.string().max(2000).optional().describe('`next` of the page before'),
})

/** One page of `item`. `next` is null on the last page. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable(),
    total: z
      .int()
      .describe(
        'Rows on all pages. Searches and audit lines are counted up to 1,000, events and recordings up to 10,000; one more than that means that there are more',
      ),
  })
