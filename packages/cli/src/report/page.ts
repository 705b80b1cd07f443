import { crossValidationSection } from './cross-validation-section.ts';
import { Html, html } from './escape.ts';
import type { ReportFacts } from './report-facts.ts';
import {
  costSection,
  examplesSection,
  findingsSection,
  ledgerSection,
  lineageSection,
  sessionsSection,
} from './sections.ts';
import { style } from './style.ts';
import { trainingSections } from './training-section.ts';

/** One self-contained page: no script, nothing fetched, every text escaped. No word of a session stands in it. */
export async function reportPage(facts: ReportFacts): Promise<string> {
  const { results, ledger } = facts;
  const { steps } = results;
  const sections = [
    ...(await trainingSections(steps)),
    crossValidationSection(steps),
    await sessionsSection(steps),
    await findingsSection(steps),
    await examplesSection(steps),
    ...(ledger === null ? [] : [ledgerSection(ledger)]),
    costSection(steps),
    lineageSection(facts.lineage),
  ];
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${facts.title}</title><style>${new Html(style)}</style></head>
<body><main><h1>${facts.title}</h1><p class="quiet">${facts.origin}, ${results.timestamp}</p>${sections}</main></body></html>
`;
  return page.markup;
}
