// Orders the rows of a table by what a list of choices says; "-" in front means the least first.
(function () {
  "use strict";
  Array.prototype.forEach.call(document.querySelectorAll("select[data-order]"), function (select) {
    var table = document.getElementById(select.dataset.order);
    if (!table) return;
    function value(row, key) {
      var x = Number(row.dataset[key]);
      return isNaN(x) ? -Infinity : x;
    }
    function apply() {
      var key = select.value.replace("-", ""), least = select.value.charAt(0) === "-";
      var rows = Array.prototype.slice.call(table.tBodies[0].rows);
      rows.sort(function (a, b) {
        if (key === "name") return a.cells[0].textContent.trim().localeCompare(b.cells[0].textContent.trim());
        return (value(b, key) - value(a, key)) * (least ? -1 : 1);
      });
      rows.forEach(function (row) { table.tBodies[0].appendChild(row); });
      // the first rows of the new order are the ones that stay open
      if (window.rivalryMore) window.rivalryMore(table)();
    }
    select.addEventListener("change", apply);
    // a reloaded page keeps its choice but not its order
    if (select.selectedIndex > 0) apply();
  });
})();
