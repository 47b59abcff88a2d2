// Search and filters of the ledger, the assumptions and the timeline; the contents' current mark.
(function () {
  "use strict";
  Array.prototype.forEach.call(document.querySelectorAll("form[data-filter]"), function (form) {
    var target = document.getElementById(form.dataset.filter);
    var items = Array.prototype.map.call(target.querySelectorAll("[data-item]"), function (el) {
      return { el: el, text: el.textContent.toLowerCase() };
    });
    var groups = target.querySelectorAll("[data-group]");
    var output = form.querySelector("output");

    function apply() {
      var search = form.querySelector("input[type=search]");
      var words = search ? search.value.toLowerCase().split(/\s+/).filter(Boolean) : [];
      var selects = Array.prototype.filter.call(form.querySelectorAll("select"), function (s) { return s.value; });
      var boxes = form.querySelectorAll("input[type=checkbox]");
      var kinds = Array.prototype.filter.call(boxes, function (b) { return b.checked; })
        .map(function (b) { return b.value; });
      var shown = 0;
      items.forEach(function (item) {
        var ok = words.every(function (w) { return item.text.indexOf(w) >= 0; }) &&
          selects.every(function (s) { return item.el.dataset[s.name] === s.value; }) &&
          (!boxes.length || item.el.dataset.kinds.split(" ").some(function (k) { return kinds.indexOf(k) >= 0; }));
        item.el.hidden = !ok;
        if (ok) shown += 1;
      });
      Array.prototype.forEach.call(groups, function (group) {
        group.hidden = !group.querySelector("[data-item]:not([hidden])");
      });
      output.textContent = shown + " of " + items.length + " shown";
    }

    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.addEventListener("input", apply);
    form.addEventListener("change", apply);
    form.addEventListener("reset", function () { setTimeout(apply, 0); });
    apply();
  });

  var links = {};
  Array.prototype.forEach.call(document.querySelectorAll(".toc a"), function (a) {
    links[a.getAttribute("href").slice(1)] = a;
  });
  var seen = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (!entry.isIntersecting || !links[entry.target.id]) return;
      Object.keys(links).forEach(function (id) { links[id].removeAttribute("aria-current"); });
      links[entry.target.id].setAttribute("aria-current", "true");
    });
  }, { rootMargin: "-15% 0px -75% 0px" });
  Array.prototype.forEach.call(document.querySelectorAll("main > section"), function (s) { seen.observe(s); });
})();
