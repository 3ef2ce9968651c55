import { Option } from 'commander'

/** The `-o` option of what changes one thing. */
export const textOutput = () =>
  new Option('-o, --output <format>', 'how to print the result').choices(['text', 'json', 'yaml']).default('text')
