// Finds a policy on this page by its name or by another it goes by. Nothing is asked of a server; without this script the
// whole list stands there.
(function () {
  "use strict";
  var box = document.querySelector(".find");
  var field = document.getElementById("find");
  var told = document.getElementById("found");
  var rows = Array.prototype.slice.call(document.querySelectorAll("tbody tr"));
  if (!box || !field || !told) { return; }

  function plain(text) {
    return text.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, " ").trim();
  }

  var texts = rows.map(function (row) {
    return " " + plain(row.querySelector("th").textContent + " " + row.getAttribute("data-names"));
  });

  function find() {
    var words = plain(field.value).split(" ").filter(Boolean);
    var left = 0;
    rows.forEach(function (row, place) {
      var fits = words.every(function (word) { return texts[place].indexOf(" " + word) >= 0; });
      row.hidden = !fits;
      left += fits ? 1 : 0;
    });
    document.querySelectorAll("section").forEach(function (section) {
      section.hidden = !section.querySelector("tbody tr:not([hidden])");
    });
    if (!words.length) { told.textContent = ""; }
    else if (left) { told.textContent = left + " of " + rows.length + " policies"; }
    else { told.textContent = "No policy here goes by that name. Ask the school office."; }
  }

  box.hidden = false;
  field.addEventListener("input", find);
  find();
})();
