import type { Found } from './object-ref.ts'

/** ms between the first and the last object of one manifest, at most. */
const ONE_MANIFEST = 60_000

/** Whether a namespace is so much older than the ServiceAccount in it that the import can not have made it. */
export const wasThereBefore = (
  namespace: Pick<Found, 'createdAt'>,
  account: Pick<Found, 'createdAt'> | undefined,
): boolean => account !== undefined && Date.parse(account.createdAt) - Date.parse(namespace.createdAt) > ONE_MANIFEST
