import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../bench/html.ts';
import { figureHeading, figures } from '../../src/measure/figures.ts';
import { parseReport } from '../../src/measure/report.ts';
import { sampleReport } from '../support/sample-report.ts';

const text = renderHtml(sampleReport());
const { document } = parseHTML(text);

describe('the HTML report', () => {
  it('asks the network for nothing', () => {
    for (const element of document.querySelectorAll('[src], [href], [srcset], [data], [action]')) {
      for (const name of ['src', 'href', 'srcset', 'data', 'action']) {
        expect(element.getAttribute(name) ?? 'data:').toMatch(/^(data:|#)/);
      }
    }
    expect(text).not.toMatch(/@import|url\(\s*['"]?(?!#)/i);
    expect(document.querySelectorAll('script:not([type="application/json"])')).toHaveLength(0);
  });

  it('forbids scripts and requests, whatever a report holds', () => {
    const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]');
    expect(policy?.getAttribute('content')).toMatch(
      /^default-src 'none'; style-src 'unsafe-inline'; img-src data:;/,
    );
  });

  it('shows every main figure', () => {
    const headings = [...document.querySelectorAll('table thead th')].map((th) => th.textContent.trim());
    for (const figure of figures({ baseline: 'naive' }).filter(({ room }) => room !== 'full')) {
      expect(headings).toContain(figureHeading(figure));
    }
  });

  it('carries the report itself', () => {
    const json = document.querySelector('script#tilewise-report')?.textContent ?? '';
    expect(parseReport(JSON.parse(json))).toEqual(sampleReport());
  });

  it('shows charts, and a row for every result', () => {
    expect(document.querySelectorAll('svg[role="img"]')).toHaveLength(6);
    expect(document.querySelectorAll('tbody tr')).toHaveLength(13);
    expect(document.querySelectorAll('tr[data-status="wrong"] .instead')).toHaveLength(1);
    expect(document.querySelector('tr[data-status="out-of-memory"]')?.textContent).toMatch(/asks for 1 GiB/);
  });

  it('names the device and warns of a CPU', () => {
    expect(document.querySelector('header')?.textContent).toMatch(/Sample Adapter.*CPU/s);
    expect(document.querySelector('dl.card')?.textContent).toMatch(/Made By Hand/);
  });

  it('lets no text of a report become markup', () => {
    const [first, ...rest] = sampleReport().results;
    if (!first) throw new Error('the sample has results');
    const evil = '</script><img src=x onerror=alert(1)>';
    const page = renderHtml(
      sampleReport({
        device: { ...sampleReport().device, description: evil },
        results: [{ ...first, status: 'failed', reason: evil }, ...rest],
      }),
    );
    expect(page).not.toContain('<img');
    expect(parseHTML(page).document.querySelectorAll('script')).toHaveLength(1);
  });

  it('is a page of its own on a phone: scaled to the device, light and dark', () => {
    expect(document.querySelector('meta[name="viewport"]')?.getAttribute('content')).toMatch(/device-width/);
    expect(text).toContain('color-scheme: light dark');
  });
});
