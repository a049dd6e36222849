/** The page: its frame. What it shows is filled in by its script, as text and never as markup. */
export const PAGE_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Troupe</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="page.css">
</head>
<body>
<a class="skip" href="#tree">Skip to the tree of actors</a>
<header>
  <h1>Troupe <span id="system"></span></h1>
  <p id="status" role="status" aria-live="polite">connecting</p>
  <dl id="totals" aria-label="Totals"></dl>
  <nav aria-label="Sections">
    <a href="#threads" accesskey="1">1 Threads</a>
    <a href="#latency" accesskey="2">2 Latency</a>
    <a href="#hot" accesskey="3">3 Hot</a>
    <a href="#tree" accesskey="4">4 Tree</a>
    <a href="#events" accesskey="5">5 Supervision</a>
    <a href="#flow" accesskey="6">6 Flow</a>
    <a href="#waits" accesskey="7">7 Waits</a>
    <a href="#letters" accesskey="8">8 Dead letters</a>
    <button id="theme" type="button" title="key d">Light / dark</button>
    <button id="pause" type="button" aria-pressed="false" title="key p">Pause</button>
  </nav>
</header>
<main>
  <p id="unmeasured" hidden>Started without <code>metrics: true</code>: kinds, latencies, busy shares and heaps are not measured.</p>
  <section id="threads" class="whole" tabindex="-1"><h2>Threads</h2><div class="scroll"><table></table></div></section>
  <section id="latency" class="whole" tabindex="-1"><h2>Latency over two minutes <span class="half">median</span> <span class="most">99 %</span></h2><div class="plots"></div></section>
  <section id="hot" class="whole" tabindex="-1"><h2>Kinds and hot actors</h2><div class="pair"><div class="scroll"><table class="kinds"></table></div><div class="scroll"><table class="actors"></table></div></div></section>
  <section id="tree" tabindex="-1"><h2>Actors</h2>
    <p class="hint">Arrow keys move and open, Home and End jump, Enter or T traces an actor's messages.</p>
    <div class="tree" role="tree" tabindex="0" aria-label="Tree of actors"><div class="space"></div></div>
    <div id="detail" aria-live="polite"></div>
    <ol id="traced" class="log" reversed aria-label="Traced messages"></ol>
  </section>
  <section id="events" tabindex="-1"><h2>Supervision</h2><ol class="log" reversed></ol></section>
  <section id="flow" tabindex="-1"><h2>Message flow, bytes per second from row to column</h2><div class="scroll"><table></table></div></section>
  <section id="waits" tabindex="-1"><h2>Who waits for whom</h2><div class="scroll"><table></table></div></section>
  <section id="letters" class="whole" tabindex="-1"><h2>Dead letters</h2><div class="pair"><div class="scroll"><table></table></div><ol class="log" reversed></ol></div></section>
</main>
<script type="module" src="page.js"></script>
</body>
</html>
`;
