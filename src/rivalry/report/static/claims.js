// Links to what is folded away or filtered out: show it first. On paper, open what is to be read.
(function () {
  "use strict";

  function reveal(id) {
    var target = id && document.getElementById(id);
    if (!target) return null;
    if (target.tagName === "DETAILS") target.open = true;
    for (var p = target.parentElement; p; p = p.parentElement) {
      if (p.tagName === "DETAILS") p.open = true;
    }
    var list = target.closest("[data-more]");
    if (list && target.hidden) {
      var form = document.querySelector("form[data-filter='" + list.id + "']");
      if (form) {
        Array.prototype.forEach.call(form.elements, function (field) {
          if (field.type === "checkbox") field.checked = true;
          else if (field.tagName !== "BUTTON" && field.tagName !== "FIELDSET" && field.tagName !== "OUTPUT") field.value = "";
        });
        form.dispatchEvent(new Event("change"));
      }
    }
    if (list && target.classList.contains("beyond")) {
      var button = document.querySelector("button[aria-controls='" + list.id + "'][aria-expanded=false]");
      if (button) button.click();
    }
    return target;
  }

  function go() {
    var target = reveal(decodeURIComponent(location.hash.slice(1)));
    if (!target || target.tagName === "SECTION" || target.tagName === "MAIN") return;
    target.scrollIntoView();
    var place = target.tagName === "DETAILS" ? target.querySelector("summary") : target;
    if (place === target) target.tabIndex = -1;
    place.focus({ preventScroll: true });
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href^='#']");
    if (!link) return;
    reveal(decodeURIComponent(link.getAttribute("href").slice(1)));
    // The same address twice moves nothing by itself.
    if (link.hash === location.hash) setTimeout(go, 0);
  });
  window.addEventListener("hashchange", go);
  if (location.hash) window.addEventListener("load", go);

  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = Array.prototype.filter.call(document.querySelectorAll("details.prints"), function (d) { return !d.open; });
    opened.forEach(function (d) { d.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (d) { d.open = false; });
    opened = [];
  });
})();
