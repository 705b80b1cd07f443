/** Pieces of PromQL that panels share. Grafana puts in the chosen stages and an interval that fits the scrapes. */
const chosen = 'stage=~"$stage"';

export const ofChosen = (metric: string): string => `${metric}{${chosen}}`;

export const rateOf = (metric: string, by: string, filter = chosen): string =>
  `sum by (${by}) (rate(${metric}{${filter}}[$__rate_interval]))`;

/** @param by labels beside le */
export const quantileOf = (q: number, metric: string, by = 'stage', filter = chosen): string =>
  `histogram_quantile(${q}, sum by (${by}${by === '' ? '' : ', '}le) (rate(${metric}_bucket{${filter}}[$__rate_interval])))`;
