/** How the page of a report looks: by day, by night, on a telephone and on paper. */
export const pageStyle: string = `
:root { color-scheme: light dark; --text: #1b1f24; --soft: #57606a; --line: #d0d7de; --ground: #fff; --raised: #f6f8fa;
  --pass: #116329; --fail: #b3121b; --warn: #7d4e00; --other: #57606a; --link: #0a53b8; --mark: #fffbe6; }
@media screen and (prefers-color-scheme: dark) { :root { --text: #e6edf3; --soft: #9aa4af; --line: #30363d; --ground: #0d1117;
  --raised: #161b22; --pass: #56d364; --fail: #ff7b72; --warn: #e3b341; --other: #9aa4af; --link: #79b8ff; --mark: #1c1b12; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 5.75rem; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem clamp(0.75rem, 3vw, 2rem) 6rem; }
h1, h2, h3 { line-height: 1.25; margin: 0; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; } h2 { font-size: 1.2rem; } h3 { font-size: 1rem; }
a { color: var(--link); }
code, pre { font: 0.85em/1.45 ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; }
small { font-weight: 400; } small, .kind, .command, .facts, .remark { color: var(--soft); }
.kind { margin: 0 0 0.25rem; font-weight: 600; }
.pass { color: var(--pass); } .fail, .kit_error { color: var(--fail); } .warn, .inconclusive { color: var(--warn); }
.not_applicable, .none, .zero { color: var(--other); }
.sign { font-weight: 700; } .sign, .of .none { display: inline-block; min-width: 1em; text-align: center; }
.read { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.cards { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); }
h1 + .cards { margin-top: 1rem; }
.card { color: inherit; min-width: 0; }
.cards > :not(:only-child) { padding: 1rem; border: 1px solid var(--line); border-radius: 0.5rem; }
.sentence .sign { min-width: 0; } .sentence { margin: 0.35rem 0 0.75rem; font-size: 1.1rem; font-weight: 600; }
.letter { display: inline-block; min-width: 1.6em; padding: 0 0.3em; text-align: center; color: var(--ground); background: var(--soft); border-radius: 0.3em; }
.bar { display: block; width: 100%; height: 0.6rem; border-radius: 0.3rem; background: var(--line); }
.bar rect { fill: currentcolor; stroke: var(--ground); vector-effect: non-scaling-stroke; } .bar .not_applicable { fill: var(--line); }
.counts { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin: 0.6rem 0; padding: 0; list-style: none; font-variant-numeric: tabular-nums; }
.counts button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; text-decoration: underline dotted; text-underline-offset: 0.25em; }
.command { margin: 0.75rem 0 0.25rem; overflow-wrap: anywhere; }
.facts { margin: 0; padding-left: 1.2rem; font-size: 0.9rem; overflow-wrap: anywhere; }
.remark { margin: 1.25rem 0 0; font-size: 0.9rem; } .remark code { white-space: nowrap; }

#failures { margin-top: 1.5rem; }
#failures ol { margin: 0.25rem 0 0.5rem; padding: 0 0 0 1.2rem; list-style: none; }
#failures li { padding: 0.15rem 0; overflow-wrap: anywhere; }
.of { white-space: nowrap; margin-right: 0.35rem; } .of b { font-size: 0.8em; color: var(--soft); }

#filter { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center;
  padding: 0.6rem 0; margin: 0.75rem 0 0.5rem; background: var(--ground); border-bottom: 1px solid var(--line); }
#filter[hidden] { display: none; }
#filter input, #filter select, #filter button { font: inherit; padding: 0.2rem 0.5rem; color: inherit; background: var(--raised);
  border: 1px solid var(--soft); border-radius: 0.35rem; max-width: 100%; }
#filter button { font-size: 0.9rem; cursor: pointer; } #filter button:disabled { opacity: 0.5; cursor: default; }
#filter input { width: 14rem; } #filter select { width: 10rem; }
#filter output { color: var(--soft); overflow-wrap: anywhere; }
.buttons { display: flex; flex-wrap: wrap; gap: 0.35rem; }

.fold > summary { display: flex; flex-wrap: wrap; gap: 0 0.6rem; align-items: baseline; padding: 0.5rem 0; cursor: pointer; }
.fold > summary::-webkit-details-marker { display: none; }
.fold > summary::before { content: "▸"; color: var(--soft); width: 0.8em; } .fold[open] > summary::before { content: "▾"; }
.chapter { border-bottom: 1px solid var(--line); }
.tally { display: inline-flex; flex-wrap: wrap; gap: 0 0.6rem; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
.shown { margin-left: auto; color: var(--soft); font-size: 0.9rem; }
.rule { margin: 0.75rem 0 1.25rem 1.4rem; }
.rule h3 a { text-decoration: none; } .rule h3 .address { font-size: 0.8rem; font-weight: 400; }
.rule .text { margin: 0.1rem 0 0.3rem; max-width: 48rem; overflow-wrap: break-word; }
table { border-collapse: collapse; width: 100%; }
.cases th, .cases td { padding: 0.2rem 0.4rem; font-weight: 400; text-align: left; vertical-align: top; }
.cases tbody tr { border-top: 1px solid var(--line); } .cases tr[data-marked] { background: var(--mark); }
.cases tr[data-marked] > :first-child { box-shadow: inset 3px 0 var(--link); }
.cases tbody th { width: 100%; overflow-wrap: anywhere; }
.cases thead th { color: var(--soft); font-size: 0.8rem; text-align: center; } .cases thead th:last-child { text-align: left; }
td.verdict { position: relative; width: 1.75rem; min-width: 1.75rem; text-align: center; }
.cases details { margin: 0.2rem 0; } .cases summary, .card summary { cursor: pointer; color: var(--soft); width: fit-content; }
.card details { font-size: 0.9rem; }
pre { margin: 0.25rem 0 0.5rem; padding: 0.75rem; background: var(--raised); border: 1px solid var(--line); border-radius: 0.35rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
pre span { display: block; padding-left: 12ch; text-indent: -12ch; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
[hidden] { display: none; }
@media (width < 40rem) {
  #filter { position: static; } .rule { margin-left: 0; } html { scroll-padding-top: 0.5rem; }
  pre span { padding-left: 4ch; text-indent: -4ch; }
}
@media print {
  :root { color-scheme: light; } main { max-width: none; padding: 0; }
  #filter { display: none; } body { font-size: 0.8rem; } h2, h3, .rule .text { break-after: avoid; } .cases tr { break-inside: avoid-page; }
  .card, #failures li { break-inside: avoid; } pre { border: 0; }
}
`;
