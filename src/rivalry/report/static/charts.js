// Draws the charts as they come into view, and their tables when they are opened.
(function () {
  "use strict";
  var store = JSON.parse(document.getElementById("chart-data").textContent);

  function monthAt(start, i) {
    var y = Number(start.slice(0, 4)), m = Number(start.slice(5, 7)) - 1 + i;
    y += Math.floor(m / 12);
    m = ((m % 12) + 12) % 12;
    return { t: Date.UTC(y, m, 1), month: y + "-" + String(m + 1).padStart(2, "0") };
  }

  function show(x) {
    if (x === null || x === undefined) return "";
    var a = Math.abs(x);
    if (a >= 1000) return Math.round(x).toLocaleString("en-GB");
    if (Number.isInteger(x)) return String(x);
    return a >= 0.01 || a === 0 ? String(Number(x.toPrecision(3))) : x.toExponential(1);
  }

  function rowsOf(chart) {
    var points = {}, rows = [];
    (chart.obs || []).forEach(function (p) { points[p[0]] = p; });
    for (var i = 0; i < chart.q[0].length; i++) {
      if (chart.q[2][i] === null) continue;
      var row = monthAt(chart.start, i), p = points[i];
      if (chart.shift) {
        row.month = row.month.slice(0, 4);
        row.t = monthAt(chart.start, i + chart.shift).t;
      }
      ["a", "b", "c", "d", "e"].forEach(function (k, j) { row[k] = chart.q[j][i]; });
      row.median = show(row.c);
      row.half = show(row.b) + " to " + show(row.d);
      row.most = show(row.a) + " to " + show(row.e);
      row.o = p && p.length === 2 ? p[1] : null;
      row.recorded = !p ? "" : p.length > 2 && p[2] !== null ? show(p[1]) + " to " + show(p[2]) : show(p[1]);
      rows.push(row);
    }
    return rows;
  }

  function datasets(chart) {
    if (chart.events) {
      return {
        events: chart.events.map(function (e) {
          var row = { t: Date.parse(e[0]), kind: e[2], when: e[3], what: e[4] };
          if (e[1]) row.u = Date.parse(e[1]);
          return row;
        })
      };
    }
    var data = (chart.obs || []).map(function (p) {
      var row = monthAt(chart.start, p[0] + (chart.shift || 0));
      row.o = p[1];
      if (p.length > 2) row.p = p[2] === null ? p[1] : p[2];
      return row;
    });
    return {
      band: rowsOf(chart),
      data: data,
      end: chart.end ? [monthAt(chart.end, 1)] : []
    };
  }

  function draw(box) {
    if (box.dataset.state) return Promise.resolve();
    box.dataset.state = "busy";
    var chart = store.charts[box.dataset.chart];
    var spec = Object.assign({}, store.specs[chart.spec], { datasets: datasets(chart) });
    return window.vegaEmbed(box, spec, {
      mode: "vega-lite",
      renderer: "svg",
      actions: false,
      ast: true, // expressions are interpreted: the page's policy forbids making code from text
      defaultStyle: false,
      tooltip: { disableDefaultStyle: true },
      config: store.config
    }).then(function () {
      box.dataset.state = "done";
    }, function (error) {
      box.dataset.state = "failed";
      box.textContent = "This chart could not be drawn; its figures are in the table below.";
      console.error(error);
    });
  }

  function fillTable(details) {
    var body = details.querySelector("tbody");
    if (!body || body.rows.length) return;
    var chart = store.charts[details.dataset.table];
    rowsOf(chart).forEach(function (row) {
      var line = body.insertRow();
      var head = document.createElement("th");
      head.scope = "row";
      head.textContent = row.month;
      line.appendChild(head);
      var cells = [row.recorded, row.median, row.half, row.most];
      if (chart.nohalf) cells.splice(2, 1);
      if (chart.norecord) cells.shift();
      cells.forEach(function (text) {
        line.insertCell().textContent = text;
      });
    });
    if (window.rivalryMore) window.rivalryMore(details.querySelector("table"));
  }

  var boxes = Array.prototype.slice.call(document.querySelectorAll("[data-chart]"));
  function visible(box) { return box.clientWidth > 0; }

  var watcher = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (entry.isIntersecting && visible(entry.target)) {
        watcher.unobserve(entry.target);
        draw(entry.target);
      }
    });
  }, { rootMargin: "600px" });
  boxes.forEach(function (box) { watcher.observe(box); });

  // The rest follows while the reader reads, so that printing finds all charts drawn.
  var later = window.requestIdleCallback || function (f) { return setTimeout(f, 60); };
  function next() {
    var box = boxes.find(function (b) { return !b.dataset.state && visible(b); });
    if (box) draw(box).then(function () { later(next); });
    else document.documentElement.dataset.charts = "done";
  }
  window.addEventListener("load", function () { later(next); });

  document.addEventListener("toggle", function (event) {
    var details = event.target;
    if (!details.open) return;
    if (details.dataset.table) fillTable(details);
    later(next);
  }, true);
})();
