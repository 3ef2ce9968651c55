/** What stands in the place of what is not kept. */
export const MASKED = '[masked]'

/** Words of names under which secrets stand. Rather too many than too few: what is masked wrongly can be looked up in the cluster. */
const SECRET_WORD =
  /pass|pwd|secret|token|bearer|credential|private|api.?key|access.?key|auth|cookie|session|signature|cert|dockerc|kubeconfig|\bkey\b|_key|key_|dsn|connection.?string/i

/** Texts that are secrets, or hold some, whatever they are called. */
const SECRET_TEXT = /-----BEGIN|^eyJ|:\/\/[^/\s]*@|^(gh[pousr]_|glpat-|sk-|AKIA|xox[abprs]-|moorage_)/

/** Longer texts, and those of several lines, are files or documents within the document: nobody knows what is in them. */
const LONGEST = 200

/** Kinds, and resources, of which nothing is kept but what they are called. */
const SECRET_KINDS = new Set(['Secret', 'TokenRequest', 'TokenReview', 'CertificateSigningRequest', 'SealedSecret'])
const SECRET_RESOURCES = new Set(['secrets', 'tokenreviews', 'certificatesigningrequests', 'sealedsecrets'])

/** Of a Secret, what says which it is. */
const NAMING = new Set(['apiVersion', 'kind', 'type', 'metadata', 'name', 'namespace', 'items', 'op', 'path'])

export interface MaskedOf {
  resource: string
  subresource: string | null
}

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Everything in it, but its shape. */
function wholly(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wholly)
  if (isObject(value)) return mapped(value, wholly)
  return value === null ? null : MASKED
}

const mapped = (value: Json, each: (value: unknown, key: string) => unknown): Json =>
  Object.fromEntries(Object.entries(value).map(([key, one]) => [shownKey(key), each(one, key)]))

/** Keys are named by people too; one that is long is no name. */
const shownKey = (key: string) => (key.length > LONGEST || SECRET_TEXT.test(key) ? MASKED : key)

const scalar = (value: unknown): unknown => {
  if (typeof value !== 'string') return value
  if (value.length > LONGEST || /[\r\n]/.test(value)) return `[text of ${value.length} characters]`
  return SECRET_TEXT.test(value) ? MASKED : value
}

/** Arguments of a program: those that look secret, and what follows one. */
function list(values: readonly unknown[], key: string): unknown[] {
  let after = false
  return values.map(value => {
    const isText = typeof value === 'string'
    const looks = isText && SECRET_WORD.test(value)
    const masked = isText && (looks || after)
    after = looks && !value.includes('=')
    return masked ? MASKED : masking(value, key)
  })
}

/** The variables of a container. */
const variables = (value: unknown): unknown =>
  isObject(value) ? mapped(value, (one, key) => (key === 'value' ? wholly(one) : masking(one, key))) : wholly(value)

/** One operation of a JSON patch: its path says what its value is under. */
function operation({ path, value, ...rest }: Json): Json {
  const segments = String(path).split('/')
  const secret = segments.some(segment => SECRET_WORD.test(segment) || ['env', 'data', 'stringData'].includes(segment))
  const kept = value === undefined ? {} : { value: secret ? wholly(value) : masking(value, segments.at(-1) ?? '') }
  return { ...mapped(rest, masking), path: scalar(path), ...kept }
}

const isOperation = (value: Json): boolean => typeof value.op === 'string' && typeof value.path === 'string'

function masking(value: unknown, key: string): unknown {
  if (SECRET_WORD.test(key)) return wholly(value)
  if (key === 'env' || key === 'envs') return Array.isArray(value) ? value.map(variables) : wholly(value)
  if (Array.isArray(value)) return list(value, key)
  if (!isObject(value)) return scalar(value)
  if (isOperation(value)) return operation(value)
  if (typeof value.kind === 'string' && SECRET_KINDS.has(value.kind)) return onlyNamed(value)
  return mapped(value, masking)
}

/** What it is called, and the names of what else is in it. */
const onlyNamed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(onlyNamed)
  if (!isObject(value)) return MASKED
  return mapped(value, (one, key) => {
    if (key === 'items' || key === 'metadata') return onlyNamed(one)
    return NAMING.has(key) && typeof one === 'string' ? scalar(one) : wholly(one)
  })
}

/** A body without anything in it that could be secret. */
export function maskBody(body: unknown, { resource, subresource }: MaskedOf): unknown {
  return SECRET_RESOURCES.has(resource) || subresource === 'token' ? onlyNamed(body) : masking(body, '')
}
