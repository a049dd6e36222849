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
main { padding: 1rem; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr));
  max-width: 110rem; margin: 0 auto; }
#unmeasured { grid-column: 1 / -1; margin: 0; color: var(--warn); }
section { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem;
  min-width: 0; scroll-margin-top: 7rem; }
section:focus { outline: none; } .whole { grid-column: 1 / -1; }
.pair { display: grid; gap: 0 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); align-items: start; }
@media (min-width: 64rem) { .pair { grid-template-columns: 4fr 3fr; } }
.pair th, .pair td { padding-inline: .3rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: right; padding: .2rem .5rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--dim); font-weight: 500; } th.text, td.text { text-align: left; }
td.text { max-width: 24rem; overflow: hidden; text-overflow: ellipsis; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); font-weight: 600; } .dim { color: var(--dim); }
h2 span { font-size: .85rem; font-weight: 500; margin-left: .5rem; } .half { color: var(--accent); } .most { color: var(--warn); }
tr:last-child td { border-bottom: 0; }
.meter { position: relative; min-width: 5rem; } .meter i { position: absolute; inset: 2px auto 2px 0; background: var(--bar); z-index: 0; }
.meter span { position: relative; z-index: 1; }
.meter.heat i { inset: 2px 0; opacity: .85; }
.plots { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); } .plots figure { margin: 0; } .plots figcaption { color: var(--dim); }
.plots canvas { width: 100%; height: 110px; display: block; border: 1px solid var(--line); border-radius: 4px; }
.hint { margin: 0 0 .4rem; color: var(--dim); }
.tree { height: 24rem; overflow: auto; position: relative; border: 1px solid var(--line); border-radius: 4px; }
.tree .row { position: absolute; left: 0; right: 0; height: 24px; display: flex; gap: .75rem; padding: 0 .5rem;
  align-items: center; white-space: nowrap; cursor: default; }
.tree .row .name { flex: 0 1 auto; overflow: hidden; text-overflow: ellipsis; min-width: 6rem; }
.tree .row[aria-selected=true] { background: var(--bar); } .tree .row[aria-selected=true] span { color: var(--front); }
.log { margin: 0; padding: 0; list-style: none; max-height: 26.5rem; overflow: auto; } #traced { max-height: 14rem; }
#letters .log { max-height: 14rem; }
.log li { display: grid; grid-template-columns: auto 1fr; gap: .75rem; padding: .15rem .6rem; overflow-wrap: anywhere;
  border-left: 3px solid var(--line); border-bottom: 1px solid var(--line); }
.log li.good { border-left-color: var(--good); } .log li.warn { border-left-color: var(--warn); } .log li.bad { border-left-color: var(--bad); font-weight: 400; }
.log time { color: var(--dim); }
#detail { min-height: 1.5rem; padding-top: .4rem; }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`;
