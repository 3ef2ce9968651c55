/** A setting that the hub can not start with. The message is a sentence with the wrong value and what would be right. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'config_invalid'
  /** As people set it, such as `--listen`. */
  readonly setting: string

  constructor(setting: string, message: string) {
    super(message)
    this.setting = setting
  }
}
