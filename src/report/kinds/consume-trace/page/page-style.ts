/** The page's own style: no font, image or script from elsewhere; light or dark as the reader's system. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--ground:#fff;--ink:#1b1f24;--faint:#5a6472;--line:#d8dee6;--panel:#f5f7fa;
--ok:#1f6feb;--collapsed:#b7791f;--failed:#c2182b;--letter:#8a1c7c;--pause:#5a6472;--collapse:#e0a526;--away:#9aa4b2;--good:#1a7f37;--warn:#8a5a00}
@media (prefers-color-scheme:dark){:root{--ground:#0f1318;--ink:#e4e9f0;--faint:#98a3b3;--line:#2b333d;--panel:#171d24;
--ok:#5aa2ff;--collapsed:#e3b04b;--failed:#ff6b74;--letter:#e58bd8;--pause:#98a3b3;--collapse:#e3b04b;--away:#5a6472;--good:#57c46d;--warn:#e3b04b}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1400px;padding:20px 24px 48px;background:var(--ground);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:32px 0 6px}
h3{font-size:.85rem;font-weight:600;margin:12px 0 3px;position:sticky;left:0;width:fit-content;max-width:100%;overflow-wrap:anywhere}
h3 span{font-weight:400;margin-left:6px}
p{margin:4px 0;max-width:75ch}
code{font:.92em ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.faint,footer{color:var(--faint)}
.warn{color:var(--warn)}.bad{color:var(--failed)}.good{color:var(--good)}.strong{font-weight:600}
.notice{border-left:3px solid currentColor;padding:2px 10px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(120px,1fr));gap:10px;margin:16px 0}
.cards div{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:8px 12px}
.cards dt{color:var(--faint);font-size:.8rem}
.cards dd{margin:0;font-size:1.25rem;font-weight:600;font-variant-numeric:tabular-nums}
.cards dd small{font-size:.75rem;font-weight:400;color:var(--faint);display:block}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;padding:0;margin:6px 0;font-size:.85rem}
.key{display:inline-block;width:18px;height:10px;margin-right:6px;border-radius:2px}
.key.ok{background:var(--ok)}.key.collapsed{background:var(--collapsed);height:14px;vertical-align:-2px}
.key.failed{background:var(--failed);height:17px;vertical-align:-3px}
.key.pause{background:var(--pause);opacity:.4}.key.collapse{background:var(--collapse);opacity:.35}
.key.away{background:var(--away);opacity:.2;border:1px solid var(--ink)}
.legend .letter{margin-right:6px}
.zoom{border:0;padding:0;margin:4px 0 8px;font-size:.85rem;display:flex;gap:12px;align-items:center}
.zoom legend{float:left;padding:0;color:var(--faint)}
.zoom label{cursor:pointer}.zoom input{margin:0 4px 0 0;accent-color:var(--ok)}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:8px;padding:0 12px 12px}
.scroll:focus-visible{outline:2px solid var(--ok)}
body:has(#zoom-4:checked) .canvas{width:400%}body:has(#zoom-16:checked) .canvas{width:1600%}
figure{margin:10px 0 0}figcaption{font-size:.85rem;color:var(--faint);position:sticky;left:0;width:fit-content}
.lanes{display:flex}
.names{flex:0 0 118px;min-width:0;overflow:hidden;list-style:none;margin:0;padding:0 8px 0 0;position:sticky;left:-12px;z-index:1;background:var(--ground);font-size:12px}
.names li{display:flex;justify-content:space-between;gap:4px;height:18px;line-height:18px;white-space:nowrap;font-variant-numeric:tabular-nums}
.names li span{color:var(--faint)}
.plot{flex:1 1 0;min-width:0;position:relative}
svg{display:block;width:100%;background:var(--panel)}
.axis{height:20px;font-size:11px;color:var(--faint)}
.axis .plot span{position:absolute;transform:translateX(-50%);white-space:nowrap}
.axis .plot span:first-child{transform:none}.axis .plot .last{transform:translateX(-100%)}
.grid path{stroke:var(--line);vector-effect:non-scaling-stroke}
rect.ok{fill:var(--ok)}rect.collapsed{fill:var(--collapsed)}rect.failed{fill:var(--failed)}
rect.pause{fill:var(--pause);opacity:.32}rect.collapse{fill:var(--collapse);opacity:.2}
rect.away,rect.unknown{fill:var(--away);opacity:.25}
rect:hover{filter:brightness(1.25)}
.area{fill:var(--ok);opacity:.55}.limit{stroke:var(--faint);stroke-dasharray:4 3;fill:none;vector-effect:non-scaling-stroke}
.letter{color:var(--letter);font-size:15px;line-height:1}
.plot .letter{position:absolute;top:1px;transform:translateX(-50%);text-shadow:0 0 2px var(--ground),0 0 2px var(--ground);cursor:default}
.table{overflow-x:auto}.table code{white-space:nowrap}.table .prose code{white-space:normal}
table{border-collapse:collapse;font-size:.88rem;margin:6px 0}
th,td{text-align:left;padding:3px 14px 3px 0;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400}
thead th{color:var(--faint);white-space:nowrap}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.prose{min-width:16ch;overflow-wrap:anywhere}
td:has(.bar){min-width:120px}
.bar{display:inline-block;height:10px;background:var(--ok);border-radius:2px;min-width:1px}
footer{margin-top:32px;font-size:.85rem}
@media (max-width:560px){body{padding:14px 12px 32px}.names{flex-basis:84px;font-size:11px}.scroll{padding:0 8px 8px}
.names{left:-8px}.axis .plot span:nth-child(even){display:none}.cards{grid-template-columns:repeat(2,1fr)}
th,td{padding-right:10px}.plot .letter{font-size:13px}}
@media print{.zoom{display:none}body{max-width:none}}
`
