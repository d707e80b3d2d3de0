// What is seen as a picture: canvases, drawings and texts of an element painted onto one canvas.

const MARGIN = 16;

/** A PNG of an element with a heading, as fine as the screen. */
export async function picture(of: HTMLElement, title: string, note: string): Promise<Blob> {
  const box = of.getBoundingClientRect();
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const ratio = devicePixelRatio;
  const canvas = document.createElement("canvas");
  const head = 56;
  canvas.width = Math.ceil((box.width + 2 * MARGIN) * ratio);
  canvas.height = Math.ceil((box.height + head + MARGIN) * ratio);
  const context = canvas.getContext("2d")!;
  context.scale(ratio, ratio);
  context.fillStyle = token("surface-1");
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = token("text-1");
  context.font = "600 16px Inter Variable, sans-serif";
  context.fillText(title, MARGIN, 26);
  context.fillStyle = token("text-3");
  context.font = "12px Inter Variable, sans-serif";
  context.fillText(note, MARGIN, 45);
  context.translate(MARGIN - box.left, head - box.top);
  await paint(of, context);
  return new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("the picture could not be made"))), "image/png"));
}

async function paint(element: Element, context: CanvasRenderingContext2D): Promise<void> {
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden" || style.opacity === "0" || element.closest("[data-picture=no]")) return;
  const box = element.getBoundingClientRect();
  if (element instanceof HTMLCanvasElement) {
    if (box.width > 0) context.drawImage(element, box.left, box.top, box.width, box.height);
    return;
  }
  if (element instanceof SVGElement) return drawn(element, box, context);
  const clear = /^(rgba\(0, 0, 0, 0\)|transparent)$/;
  if (!clear.test(style.backgroundColor)) {
    context.fillStyle = style.backgroundColor;
    context.fillRect(box.left, box.top, box.width, box.height);
  }
  // The swatch of a legend is the upper edge of an empty element.
  if (parseFloat(style.borderTopWidth) > 1) {
    context.fillStyle = style.borderTopColor;
    context.fillRect(box.left, box.top, box.width, parseFloat(style.borderTopWidth));
  }
  const stops = style.backgroundImage.startsWith("linear-gradient(90deg") ? style.backgroundImage.match(/(rgba?|oklch|color)\([^)]*\)/g) : null;
  if (stops) {
    const gradient = context.createLinearGradient(box.left, 0, box.right, 0);
    stops.forEach((colour, i) => gradient.addColorStop(i / (stops.length - 1), colour));
    context.fillStyle = gradient;
    context.fillRect(box.left, box.top, box.width, box.height);
  }
  for (const child of element.childNodes) {
    if (child instanceof Text) text(child, style, context);
    else if (child instanceof Element) await paint(child, context);
  }
}

function text(node: Text, style: CSSStyleDeclaration, context: CanvasRenderingContext2D): void {
  const content = node.data.trim();
  if (!content) return;
  const range = document.createRange();
  range.selectNodeContents(node);
  const box = range.getClientRects()[0];
  if (!box || box.width < 2) return;
  context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.fillStyle = style.color;
  context.textBaseline = "middle";
  context.fillText(content, box.left, box.top + box.height / 2 + 1);
  context.textBaseline = "alphabetic";
}

/** A drawing of lines takes its colours from the page, which a picture of it does not see: they are written into a copy. */
async function drawn(svg: SVGElement, box: DOMRect, context: CanvasRenderingContext2D): Promise<void> {
  const copy = svg.cloneNode(true) as SVGElement;
  const [from, to] = [[svg, ...svg.querySelectorAll("*")], [copy, ...copy.querySelectorAll("*")]];
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    for (const name of ["fill", "stroke", "stroke-width", "stroke-dasharray", "opacity", "fill-opacity", "stroke-opacity", "font", "text-anchor"])
      (to[i] as SVGElement).style.setProperty(name, style.getPropertyValue(name));
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(box.width));
  copy.setAttribute("height", String(box.height));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  context.drawImage(image, box.left, box.top, box.width, box.height);
}
