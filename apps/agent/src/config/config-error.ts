/** The agent can not run with what it was given. The message is a sentence for whoever reads the pod's log. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'invalid_config'
  /** The key of the ConfigMap, or the variable, that is wrong. */
  readonly key: string

  constructor(key: string, message: string) {
    super(message)
    this.key = key
  }
}
