import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'fast-string-width'

/** Cells that a text takes on a terminal; colours take none, wide characters two. */
export const width = (text: string) => stringWidth(stripVTControlCharacters(text))
