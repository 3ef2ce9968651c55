import { usage } from '../failure.ts'

/** A parser for an option that takes a whole number between two bounds. */
export const wholeNumber = (from: number, to: number) => (text: string) => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < from || value > to)
    throw usage(`"${text}" is not a whole number from ${from} to ${to}.`)
  return value
}

/** Adds one text to those before it: for an option that may be given several times. */
export const collect = (text: string, before: string[] = []) => [...before, text]
