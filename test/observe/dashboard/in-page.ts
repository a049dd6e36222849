import type { Page } from 'playwright-core';

/*
 * Questions that are answered inside the page. They are text, because the compiler knows no browser here.
 */

/** The element that has the keyboard: its id, its classes, the beginning of its text. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const { id, className, textContent } = document.activeElement;
    return id + '.' + className + ' ' + textContent.slice(0, 40);
  })()`);
}

/** How bright the page is, 0 to 255. */
export function brightness(page: Page): Promise<number> {
  return page.evaluate('Number(/\\d+/.exec(getComputedStyle(document.body).backgroundColor)[0])');
}

/** Width of the whole page, which is that of the window unless it has to be scrolled sideways. */
export function pageWidth(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth');
}

/** Whether a plot has lines of two colours over its grid. */
export function isPlotted(page: Page, plot: number): Promise<boolean> {
  return page.evaluate(`(() => {
    const canvas = document.querySelectorAll('#latency canvas')[${plot}];
    const copy = document.createElement('canvas');
    Object.assign(copy, { width: canvas.width, height: canvas.height });
    const pen = copy.getContext('2d', { willReadFrequently: true });
    pen.drawImage(canvas, 0, 0);
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let at = 0; at < data.length; at += 4) {
      const [red, green, blue, alpha] = data.subarray(at, at + 4);
      if (alpha < 200) continue;
      if (blue > red + 60) seen.add('median');
      if (red > blue + 60) seen.add('most');
    }
    return seen.size === 2;
  })()`);
}

/** Texts whose colour differs too little from what is behind them: WCAG 2.2 asks for 4.5. */
export function poorContrasts(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const parse = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
    const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    const light = (colour) => {
      const [red, green, blue] = parse(colour).map((part) => linear(part / 255));
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (element) => {
      const { backgroundColor } = getComputedStyle(element);
      return parse(backgroundColor)[3] === 0 ? behind(element.parentElement) : backgroundColor;
    };
    const poor = [];
    for (const element of document.querySelectorAll('body *')) {
      const isText = (node) => node.nodeType === 3 && node.textContent.trim() !== '';
      if (![...element.childNodes].some(isText) || element.offsetParent === null) continue;
      const both = [light(getComputedStyle(element).color), light(behind(element))];
      const ratio = (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
      if (ratio < 4.5) poor.push(element.tagName + ' ' + element.textContent + ' ' + ratio.toFixed(2));
    }
    return poor;
  })()`);
}
