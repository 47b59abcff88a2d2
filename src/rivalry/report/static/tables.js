// Search and filters of the ledger, the assumptions and the timeline; the contents' current mark.
(function () {
  "use strict";
  // Long lists start with their first rows; without scripts, and on paper, all of them are there.
  var FIRST = 20;
  var fold = {};
  window.rivalryMore = function (list) {
    if (fold[list.id]) return fold[list.id];
    var open = false;
    var button = document.createElement("button");
    button.type = "button";
    button.className = "more-button";
    button.setAttribute("aria-controls", list.id);
    (list.closest(".scroll") || list).after(button);

    function apply() {
      var marked = list.querySelectorAll("[data-item]");
      var rows = marked.length ? marked : list.querySelectorAll("tbody tr");
      var found = Array.prototype.filter.call(rows, function (row) { return !row.hidden; });
      found.forEach(function (row, i) { row.classList.toggle("beyond", !open && i >= FIRST); });
      Array.prototype.forEach.call(list.querySelectorAll("[data-group]"), function (group) {
        group.classList.toggle("beyond", !group.querySelector("[data-item]:not([hidden]):not(.beyond)"));
      });
      button.hidden = found.length <= FIRST;
      button.textContent = open ? "Show the first " + FIRST : "Show all " + found.length;
      button.setAttribute("aria-expanded", String(open));
      return found;
    }
    button.addEventListener("click", function () {
      open = !open;
      var found = apply();
      // Reading goes on where the list went on: the button has moved below it.
      var next = open ? found[FIRST] : button;
      if (!next) return;
      if (open) next.tabIndex = -1;
      next.focus();
    });
    fold[list.id] = apply;
    apply();
    return apply;
  };
  Array.prototype.forEach.call(document.querySelectorAll("[data-more]"), function (list) {
    if (!list.closest("details.data")) window.rivalryMore(list);
  });

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
          selects.every(function (s) {
            var has = item.el.dataset[s.name];
            // an item may have several values of one kind, with spaces between them
            return s.hasAttribute("data-many") ? has.split(" ").indexOf(s.value) >= 0 : has === s.value;
          }) &&
          (!boxes.length || item.el.dataset.kinds.split(" ").some(function (k) { return kinds.indexOf(k) >= 0; }));
        item.el.hidden = !ok;
        if (ok) shown += 1;
      });
      Array.prototype.forEach.call(groups, function (group) {
        group.hidden = !group.querySelector("[data-item]:not([hidden])");
      });
      if (fold[target.id]) fold[target.id]();
      output.textContent = shown + " of " + items.length + (shown > FIRST ? " found" : " shown");
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
