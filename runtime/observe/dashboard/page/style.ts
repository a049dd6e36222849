/** How the page looks, in light and in dark. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --back: #fbfbfa; --front: #1c1d1f; --dim: #5d6168; --line: #d9dbde;
  --panel: #ffffff; --accent: #1f5fbf; --good: #1a7f37; --warn: #9a6700; --bad: #c21d2b; --bar: #9cc2f2; }
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { --back: #131416; --front: #e7e8ea;
  --dim: #9ba1aa; --line: #33363b; --panel: #1b1d20; --accent: #7db1f7; --good: #57c26d; --warn: #e0b040;
  --bad: #ff7b80; --bar: #27507f; } }
:root[data-theme=dark] { color-scheme: dark; --back: #131416; --front: #e7e8ea; --dim: #9ba1aa; --line: #33363b;
  --panel: #1b1d20; --accent: #7db1f7; --good: #57c26d; --warn: #e0b040; --bad: #ff7b80; --bar: #27507f; }
:root[data-theme=light] { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--front);
  font: 14px/1.45 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
header { position: sticky; top: 0; z-index: 2; background: var(--panel); border-bottom: 1px solid var(--line);
  padding: .5rem 1rem; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; }
h1 { font-size: 1.1rem; margin: 0; } h1 span { font-weight: 400; color: var(--dim); }
h2 { font-size: 1rem; margin: 0 0 .5rem; }
#status { margin: 0; color: var(--dim); } #status.lost { color: var(--bad); }
dl { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 0; }
dl div { display: flex; gap: .35rem; } dt { color: var(--dim); } dd { margin: 0; font-weight: 600; }
nav { display: flex; flex-wrap: wrap; gap: .25rem .75rem; flex-basis: 100%; }
a { color: var(--accent); text-decoration: none; } a:hover { text-decoration: underline; }
button { font: inherit; color: var(--front); background: var(--back); border: 1px solid var(--line);
  border-radius: 4px; padding: 0 .5rem; cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 1rem; top: .5rem; z-index: 3; background: var(--panel); }
main { padding: 1rem; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(34rem, 100%), 1fr)); }
#unmeasured { grid-column: 1 / -1; margin: 0; color: var(--warn); }
section { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem;
  min-width: 0; scroll-margin-top: 7rem; }
section:focus { outline: none; } #threads, #tree { grid-column: 1 / -1; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: right; padding: .15rem .5rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--dim); font-weight: 500; } th.text, td.text { text-align: left; }
td.text { max-width: 24rem; overflow: hidden; text-overflow: ellipsis; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); font-weight: 600; } .dim { color: var(--dim); }
.meter { position: relative; min-width: 5rem; } .meter i { position: absolute; inset: 2px auto 2px 0; background: var(--bar); z-index: 0; }
.meter span { position: relative; z-index: 1; }
.plots { display: grid; gap: .75rem; } .plots figure { margin: 0; } .plots figcaption { color: var(--dim); }
.plots canvas { width: 100%; height: 90px; display: block; border: 1px solid var(--line); border-radius: 4px; }
.hint { margin: 0 0 .4rem; color: var(--dim); }
.tree { height: 24rem; overflow: auto; position: relative; border: 1px solid var(--line); border-radius: 4px; }
.tree .row { position: absolute; left: 0; right: 0; height: 24px; display: flex; gap: .75rem; padding: 0 .5rem;
  align-items: center; white-space: nowrap; cursor: default; }
.tree .row .name { flex: 0 1 auto; overflow: hidden; text-overflow: ellipsis; min-width: 6rem; }
.tree .row[aria-selected=true] { background: var(--bar); }
.log { margin: 0; padding: 0 0 0 2.5rem; max-height: 18rem; overflow: auto; }
#traced { padding-left: 2.5rem; margin: 0; max-height: 14rem; overflow: auto; } #traced:empty { display: none; }
.log li, #traced li { border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
#detail { min-height: 1.5rem; padding-top: .4rem; }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`;
