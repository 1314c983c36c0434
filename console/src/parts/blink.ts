/**
 * All markers blink as one: their animations share the page's time origin.
 *
 * Asking an element for its animations makes the browser work out all styles, so it is done once
 * a frame for all markers that began to blink, not for each.
 */
const begun = new Set<Element>()

/** Let an element that has just begun to blink do so together with all others. */
export function blinkTogether(element: Element): void {
  if (begun.size === 0) requestAnimationFrame(align)
  begun.add(element)
}

function align(): void {
  for (const element of begun) {
    for (const animation of element.getAnimations()) animation.startTime = 0
  }
  begun.clear()
}
