/** Pictures as they must come out, without their colours. */

export const BARS = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 142" width="720" height="142" role="img">
<title>tell in msg/s</title>
<rect class="ground" width="720" height="142"/>
<text class="title" x="16" y="26" text-anchor="start">tell</text>
<text class="note" x="16" y="44" text-anchor="start">msg/s, more is better, logarithmic; median and range of the rounds</text>
<line class="grid" x1="160" y1="58" x2="160" y2="114"/>
<text class="tick" x="160" y="132" text-anchor="middle">100 k</text>
<line class="grid" x1="340" y1="58" x2="340" y2="114"/>
<text class="tick" x="340" y="132" text-anchor="middle">1 M</text>
<line class="grid" x1="520" y1="58" x2="520" y2="114"/>
<text class="tick" x="520" y="132" text-anchor="middle">10 M</text>
<text class="label" x="152" y="76" text-anchor="end">array</text>
<rect class="s2" x="160" y="64" width="360" height="16" rx="2"/>
<line class="range" x1="520" y1="72" x2="520" y2="72"/>
<text class="value" x="528" y="76" text-anchor="start">10.00 M (10.0 x troupe)</text>
<text class="label" x="152" y="104" text-anchor="end">troupe</text>
<rect class="s0" x="160" y="92" width="180" height="16" rx="2"/>
<line class="range" x1="285.8" y1="100" x2="371.7" y2="100"/>
<text class="value" x="379.7" y="104" text-anchor="start">1.00 M</text>
</svg>
`;

export const CURVES = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 360" width="720" height="360" role="img">
<title>size</title>
<rect class="ground" width="720" height="360"/>
<text class="title" x="16" y="26" text-anchor="start">size</text>
<text class="note" x="16" y="44" text-anchor="start">msg/s</text>
<line class="grid" x1="64" y1="308" x2="530" y2="308"/>
<text class="tick" x="56" y="312" text-anchor="end">1 k</text>
<line class="grid" x1="64" y1="185" x2="530" y2="185"/>
<text class="tick" x="56" y="189" text-anchor="end">10 k</text>
<line class="grid" x1="64" y1="62" x2="530" y2="62"/>
<text class="tick" x="56" y="66" text-anchor="end">100 k</text>
<text class="tick" x="64" y="326" text-anchor="middle">16</text>
<text class="tick" x="530" y="326" text-anchor="middle">1 Ki</text>
<text class="note" x="297" y="348" text-anchor="middle">bytes</text>
<polyline class="s0 line" points="64.0,62.0 530.0,185.0" stroke-dasharray="none"/>
<circle class="s0" cx="64.0" cy="62.0" r="3"/>
<circle class="s0" cx="530.0" cy="185.0" r="3"/>
<polyline class="s1 line" points="530.0,185.0" stroke-dasharray="none"/>
<circle class="s1" cx="530.0" cy="185.0" r="3"/>
<line class="s0 line" x1="550" y1="62" x2="572" y2="62" stroke-dasharray="none"/>
<text class="label" x="580" y="66" text-anchor="start">troupe</text>
<line class="s1 line" x1="550" y1="80" x2="572" y2="80" stroke-dasharray="none"/>
<text class="label" x="580" y="84" text-anchor="start">postMessage</text>
</svg>
`;
