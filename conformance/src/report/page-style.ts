/** How the page of a report looks. */
export const pageStyle: string = `
:root { color-scheme: light dark; --text: #1b1f24; --soft: #57606a; --line: #d0d7de; --ground: #fff; --raised: #f6f8fa;
  --pass: #116329; --fail: #b3121b; --warn: #7d4e00; --other: #57606a; --link: #0a53b8; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --soft: #9aa4af; --line: #30363d; --ground: #0d1117;
  --raised: #161b22; --pass: #56d364; --fail: #ff7b72; --warn: #e3b341; --other: #9aa4af; --link: #79b8ff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem clamp(0.75rem, 3vw, 2rem) 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 0.5rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0; }
a { color: var(--link); }
code, pre { font: 0.85em/1.45 ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; }
small, .command, main > ul { color: var(--soft); }
.command { margin: 1rem 0 0; overflow-wrap: anywhere; }
main > ul { margin: 0.25rem 0 0; padding-left: 1.2rem; font-size: 0.9rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
.summary th, .summary td { padding: 0.35rem 0.75rem 0.35rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
.summary thead th { font-size: 0.8rem; font-weight: 600; color: var(--soft); white-space: nowrap; }
.summary .sentence { min-width: 12rem; }
.summary .number { text-align: right; font-variant-numeric: tabular-nums; }
#filter { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center;
  padding: 0.6rem 0; margin-top: 1.25rem; background: var(--ground); border-bottom: 1px solid var(--line); }
#filter[hidden] { display: none; }
#filter input, #filter select { font: inherit; padding: 0.25rem 0.5rem; color: inherit; background: var(--raised);
  border: 1px solid var(--soft); border-radius: 0.35rem; max-width: 100%; }
#filter input { width: 17rem; }
.rule { margin: 1.1rem 0; scroll-margin-top: 4.5rem; }
.rule h3 a { text-decoration: none; }
.rule .text { margin: 0.1rem 0 0.3rem; max-width: 48rem; overflow-wrap: break-word; }
.cases th, .cases td { padding: 0.2rem 0.4rem; font-weight: 400; text-align: left; vertical-align: top; }
.cases tbody tr { border-top: 1px solid var(--line); }
.cases tbody th { width: 100%; overflow-wrap: anywhere; }
.cases thead th { color: var(--soft); font-size: 0.8rem; text-align: center; }
.cases thead th:last-child { text-align: left; }
.verdict { width: 1.75rem; min-width: 1.75rem; text-align: center; font-weight: 700; }
.pass { color: var(--pass); } .fail, .kit_error { color: var(--fail); } .warn, .inconclusive { color: var(--warn); }
.not_applicable, .none { color: var(--other); }
details { margin: 0.2rem 0; } summary { cursor: pointer; color: var(--soft); }
pre { margin: 0.25rem 0 0.5rem; padding: 0.75rem; background: var(--raised); border: 1px solid var(--line); border-radius: 0.35rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.read { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
td.verdict { position: relative; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
[hidden] { display: none; }
@media print { #filter { display: none; } }
`;
