// A canvas as sharp as the screen, in the page's colours by day and by night.
//
// Owns: its size in pixels, and what the page's custom properties say. Never: knows what is drawn.

export class Canvas {
  /** A 2D context that counts in CSS pixels. */
  pen;
  /** By custom property, such as `--ink`. */
  colours = {};
  #element;

  /** `properties` are those of the page that the drawing's colours come from. */
  constructor(element, properties) {
    this.#element = element;
    this.pen = element.getContext('2d');
    const read = () => {
      const style = getComputedStyle(document.documentElement);
      for (const property of properties) this.colours[property] = style.getPropertyValue(property);
    };
    read();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', read);
  }

  /** Begins an empty picture of the size that the element has now, and returns that size in CSS pixels. */
  clear() {
    const { clientWidth: width, clientHeight: height } = this.#element;
    const scale = devicePixelRatio;
    const pixels = { width: Math.round(width * scale), height: Math.round(height * scale) };
    // To set a size, even the same one, costs more than to draw.
    if (this.#element.width !== pixels.width || this.#element.height !== pixels.height) Object.assign(this.#element, pixels);
    this.pen.setTransform(scale, 0, 0, scale, 0, 0);
    this.pen.clearRect(0, 0, width, height);
    return { width, height };
  }
}
