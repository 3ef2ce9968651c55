import { Option } from 'commander'

const FORMATS = ['text', 'json', 'yaml'] as const

export type TextFormat = (typeof FORMATS)[number]

/** The `-o` option of what changes one thing. */
export const textOutput = () =>
  new Option('-o, --output <format>', 'how to print the result').choices(FORMATS).default('text')
