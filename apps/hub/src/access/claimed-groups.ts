/**
 * The groups of an issuer's claim that count. A local group is of those whom the hub's people put into it, and a group
 * with another issuer's prefix is that issuer's: nobody gets into either by a claim.
 */
export function claimedGroups(
  claimed: readonly string[],
  own: string,
  { local, prefixes }: { local: ReadonlySet<string>; prefixes: readonly string[] },
): { groups: string[]; leftOut: string[] } {
  const others = prefixes.filter(prefix => prefix.length > own.length)
  const counts = (group: string) => !local.has(group) && !others.some(prefix => group.startsWith(prefix))
  return { groups: claimed.filter(counts), leftOut: claimed.filter(group => !counts(group)) }
}
