// Chooses a loop, and walks the dependency graph from element to element.
(function () {
  "use strict";
  var buttons = Array.prototype.slice.call(document.querySelectorAll("button[data-loop]"));
  var panels = Array.prototype.slice.call(document.querySelectorAll("[data-panel]"));
  function choose(id) {
    buttons.forEach(function (b) { b.setAttribute("aria-pressed", String(b.dataset.loop === id)); });
    panels.forEach(function (p) { p.hidden = p.dataset.panel !== id; });
  }
  var alone = buttons.filter(function (b) { return b.dataset.loop !== "all"; })[0];
  // All loops in one drawing are too wide for a small screen.
  if (alone && window.matchMedia("(max-width: 600px)").matches) choose(alone.dataset.loop);
  buttons.forEach(function (b) { b.addEventListener("click", function () { choose(b.dataset.loop); }); });

  var select = document.getElementById("element-choice");
  if (!select) return;
  var graph = JSON.parse(document.getElementById("graph-data").textContent);
  var number = {};
  graph.nodes.forEach(function (node, i) { number[node[0]] = i; });
  var causes = graph.nodes.map(function () { return []; });
  var effects = graph.nodes.map(function () { return []; });
  graph.edges.forEach(function (e) {
    causes[e[1]].push([e[0], e[2]]);
    effects[e[0]].push([e[1], e[2]]);
  });
  var words = { "+": "raises", "-": "lowers", "?": "either way" };
  var glyph = { "+": "+", "-": "\u2212", "?": "?" };

  function fill(list, links, none) {
    list.textContent = "";
    if (!links.length) {
      var empty = document.createElement("li");
      empty.className = "none";
      empty.textContent = none;
      list.appendChild(empty);
    }
    links.forEach(function (link) {
      var item = document.createElement("li");
      var sign = document.createElement("span");
      sign.className = "sign " + ({ "+": "plus", "-": "minus", "?": "unknown" }[link[1]] || "unknown");
      sign.textContent = glyph[link[1]] || "?";
      sign.title = words[link[1]] || "either way";
      var button = document.createElement("button");
      button.type = "button";
      button.className = "node kind-" + graph.nodes[link[0]][2];
      button.textContent = graph.nodes[link[0]][1];
      button.addEventListener("click", function () {
        select.value = graph.nodes[link[0]][0];
        show(true);
      });
      item.appendChild(sign);
      item.appendChild(button);
      list.appendChild(item);
    });
  }

  var centre = document.getElementById("element-name");
  function show(focus) {
    var i = number[select.value];
    if (i === undefined) return;
    var node = graph.nodes[i];
    centre.querySelector("strong").textContent = node[1];
    centre.querySelector("code").textContent = node[0];
    centre.querySelector("span").textContent = node[2] + (node[3] ? ", in " + node[3] : "");
    fill(document.getElementById("element-causes"), causes[i], "Nothing in the model: it is given.");
    fill(document.getElementById("element-effects"), effects[i], "Nothing in the model depends on it.");
    if (focus) centre.focus();
  }
  select.addEventListener("change", function () { show(false); });
  show(false);
})();
