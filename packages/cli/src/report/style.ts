/** The page's only style sheet: readable on a phone, in light and in dark. */
export const style = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1d2433; --quiet: #5c6577; --line: #d9dee7; --card: #f6f8fb; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #12161f; --ink: #e6e9f0; --quiet: #9aa4b8; --line: #2b3242; --card: #1a202c; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; }
p { margin: .5rem 0; }
.quiet { color: var(--quiet); font-size: .9rem; }
.gate { border-left: 4px solid var(--accent); background: var(--card); padding: .75rem 1rem; margin: 1rem 0; }
.promoted { --accent: #2a9d8f; } .refused { --accent: #d1495b; } .insufficient_evidence { --accent: #e9a23b; }
figure { margin: 1rem 0; }
svg { display: block; width: 100%; height: auto; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
code { font-size: .85em; overflow-wrap: anywhere; }
`;
