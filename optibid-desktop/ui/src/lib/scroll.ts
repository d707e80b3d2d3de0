/** Scrolls a box so far that a part of it is seen, and nothing around the box. `under` is what its heading covers. */
export function showIn(box: HTMLElement | undefined, part: Element | null | undefined, under = 40): void {
  if (!box || !part) return;
  const [outer, inner] = [box.getBoundingClientRect(), part.getBoundingClientRect()];
  if (inner.top < outer.top + under) box.scrollTop -= outer.top + under - inner.top;
  else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom;
}
