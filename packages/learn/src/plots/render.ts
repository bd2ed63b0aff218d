// Charts as text: a Vega-Lite description becomes SVG, or a page that holds it. Vega is loaded when the first chart is drawn, so
// that a page which draws none never fetches it; neither a DOM nor a canvas is needed.

/** How a chart is given. */
export type PlotFormat = 'svg' | 'html' | 'spec';

/** Options of every chart. */
export interface PlotOptions<F extends PlotFormat = PlotFormat> {
  /** 'svg' (default), 'html' for a page of its own, 'spec' for the Vega-Lite description, to change it or to draw it elsewhere. */
  readonly format?: F;
  /** Size of one panel in pixels. 480 by 200. */
  readonly width?: number;
  readonly height?: number;
  /** Heading; none by default. */
  readonly title?: string;
}

/** A chart in the format asked for: text, or a description. */
export type Plotted<F extends PlotFormat> = F extends 'spec' ? object : string;

/** Panels one above the other. */
export interface Chart {
  readonly panels: readonly object[];
  readonly data: readonly object[];
}

export async function renderChart<F extends PlotFormat>(
  chart: Chart,
  options: PlotOptions<F>,
): Promise<Plotted<F>> {
  const spec = specOf(chart, options);
  if (options.format === 'spec') return spec as Plotted<F>;
  const svg = await toSvg(spec);
  return (options.format === 'html' ? page(svg, options.title ?? 'Plot') : svg) as Plotted<F>;
}

function specOf({ panels, data }: Chart, { width = 480, height = 200, title }: PlotOptions): object {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    ...(title === undefined ? null : { title }),
    background: 'white',
    data: { values: data },
    vconcat: panels.map((panel) => ({ width, height, ...panel })),
    resolve: { scale: { color: 'independent' } },
    config: { view: { stroke: 'transparent' }, axis: { gridColor: '#e5e5e5' } },
  };
}

async function toSvg(spec: object): Promise<string> {
  const [vega, lite] = await Promise.all([import('vega'), import('vega-lite')]);
  const compiled = lite.compile(spec as Parameters<typeof lite.compile>[0]);
  const view = new vega.View(vega.parse(compiled.spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

function page(svg: string, title: string): string {
  const escaped = title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>${escaped}</title>\n${svg}\n</html>\n`;
}
