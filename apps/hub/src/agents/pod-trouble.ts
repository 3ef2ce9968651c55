/** A pod, as far as it says why it does not run. */
export interface PodSeen {
  metadata: { name: string; deletionTimestamp?: string }
  spec?: { containers?: { name: string; image?: string }[] }
  status?: {
    phase?: string
    conditions?: { type: string; status: string; reason?: string; message?: string }[]
    containerStatuses?: {
      name: string
      ready?: boolean
      restartCount?: number
      state?: { waiting?: Words; terminated?: Ended }
      lastState?: { terminated?: Ended }
    }[]
  }
}
interface Words {
  reason?: string
  message?: string
}
interface Ended extends Words {
  exitCode?: number
}

const sentence = (...parts: (string | undefined)[]) => parts.filter(part => part).join(': ')

/** What keeps the pods of an image from running, in words; null where nothing shows. */
export function podTrouble(pods: readonly PodSeen[], image: string): string | null {
  for (const { metadata, spec, status } of pods) {
    if (metadata.deletionTimestamp || spec?.containers?.[0]?.image !== image) continue
    const pod = `The pod ${metadata.name}`
    const unscheduled = status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False')
    if (unscheduled) return sentence(`${pod} finds no node`, unscheduled.message ?? unscheduled.reason)
    const agent = status?.containerStatuses?.[0]
    const ended = agent?.state?.terminated ?? agent?.lastState?.terminated
    if (ended) return sentence(`${pod} ended with ${ended.exitCode ?? 'an error'}`, ended.reason, ended.message)
    const waiting = agent?.state?.waiting
    if (waiting) return sentence(`${pod} waits`, waiting.reason, waiting.message)
    if (status?.phase === 'Running') return `${pod} runs, and has not reached the hub.`
  }
  return null
}
