/** Text as HTML. */
export function asHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
}

/** Paragraphs of a description, with `code` in backticks. */
export function lines(text: string): string {
  if (text === '') return ''
  return text
    .split(/\n{2,}/)
    .map(paragraph => {
      const marked = asHtml(paragraph)
        .replaceAll(/`([^`]+)`/g, '<code>$1</code>')
        .replaceAll('\n', '<br>')
      return `<p>${marked}</p>`
    })
    .join('')
}
