/** The image of the agent that belongs to a version of the hub. */
export const agentImage = (version: string): string => `moorage/agent:${version}`
