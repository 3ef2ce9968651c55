/**
 * Lets a library that styles by `<style>` elements and `style="…"` work where
 * styles may only come from files: the first become adopted sheets, the second
 * `element.style`, both of which scripts may set.
 */
export interface OwnStyles extends Disposable {
  /** Style elements that are made while `act` runs are adopted sheets instead. */
  during(act: () => void): void
}

/** Until it is disposed of, style attributes of spans are set the allowed way. Only one at a time. */
export function ownStyles(page: Document): OwnStyles {
  const sheets = new Set<CSSStyleSheet>()
  const drop = (sheet: CSSStyleSheet) => {
    sheets.delete(sheet)
    page.adoptedStyleSheets = page.adoptedStyleSheets.filter(each => each !== sheet)
  }
  const make = page.createElement.bind(page) as (name: string) => HTMLElement

  /** Stands where the style element would: what is written into it goes into a sheet. */
  function standIn(): HTMLElement {
    const sheet = new CSSStyleSheet()
    sheets.add(sheet)
    page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheet]
    const element = make('span')
    element.hidden = true
    Object.defineProperty(element, 'textContent', { set: (text: string) => sheet.replaceSync(text) })
    element.remove = () => {
      drop(sheet)
      Element.prototype.remove.call(element)
    }
    return element
  }

  Object.defineProperty(HTMLSpanElement.prototype, 'setAttribute', { value: setAttribute, configurable: true })
  return {
    during(act) {
      const createElement = (name: string) => (name === 'style' ? standIn() : make(name))
      Object.defineProperty(page, 'createElement', { value: createElement, configurable: true })
      try {
        act()
      } finally {
        Reflect.deleteProperty(page, 'createElement')
      }
    },
    [Symbol.dispose]() {
      sheets.forEach(drop)
      Reflect.deleteProperty(HTMLSpanElement.prototype, 'setAttribute')
    },
  }
}

function setAttribute(this: HTMLElement, name: string, value: string): void {
  if (name === 'style') this.style.cssText = value
  else Element.prototype.setAttribute.call(this, name, value)
}
