/**
 * A document to build a terminal with where styles may only come from files:
 * it makes the library's `style` elements and attributes into what scripts may
 * set. A `<style>` becomes an adopted sheet, `style="…"` becomes `element.style`.
 */
export interface OwnStyles extends Disposable {
  readonly document: Document
  /** Also for what is made from the page's own document while `act` runs. */
  during(act: () => void): void
}

export function ownStyles(page: Document): OwnStyles {
  const sheets = new Set<CSSStyleSheet>()
  const drop = (sheet: CSSStyleSheet) => {
    sheets.delete(sheet)
    page.adoptedStyleSheets = page.adoptedStyleSheets.filter(each => each !== sheet)
  }
  const make = page.createElement.bind(page) as (name: string) => HTMLElement

  function styleElement(): HTMLElement {
    const sheet = new CSSStyleSheet()
    sheets.add(sheet)
    page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheet]
    const stand = make('span')
    stand.hidden = true
    Object.defineProperty(stand, 'textContent', { set: (text: string) => sheet.replaceSync(text) })
    stand.remove = () => {
      drop(sheet)
      Element.prototype.remove.call(stand)
    }
    return stand
  }

  function createElement(name: string): HTMLElement {
    if (name === 'style') return styleElement()
    const element = make(name)
    element.setAttribute = setAttribute
    return element
  }

  const document = new Proxy(page, {
    get(target, key) {
      if (key === 'createElement') return createElement
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
    set: (target, key, value) => Reflect.set(target, key, value),
  })
  return {
    document,
    during(act) {
      Object.defineProperty(page, 'createElement', { value: createElement, configurable: true })
      try {
        act()
      } finally {
        Reflect.deleteProperty(page, 'createElement')
      }
    },
    [Symbol.dispose]: () => sheets.forEach(drop),
  }
}

function setAttribute(this: HTMLElement, name: string, value: string): void {
  if (name === 'style') this.style.cssText = value
  else Element.prototype.setAttribute.call(this, name, value)
}
