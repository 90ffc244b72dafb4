// Small comforts. Every page works without this file.
(function () {
  "use strict";
  var root = document.documentElement;

  // 明暗: flips at once and remembers; without script the link does the same on the server.
  document.addEventListener("click", function (event) {
    var theme = event.target.closest && event.target.closest("a.theme");
    if (theme) {
      event.preventDefault();
      var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme:dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      document.cookie = "theme=" + root.dataset.theme + ";path=/;max-age=31536000;samesite=lax";
      return;
    }
    if (event.target.closest && event.target.closest("[data-print]")) window.print();
    if (event.target.closest && event.target.closest("[data-close-peek]")) { event.preventDefault(); closePeek(); }
  });
  document.querySelectorAll("[data-print]").forEach(function (button) { button.hidden = false; });

  // Peek: only where there is a column for it, and only for a plain click; otherwise the link leads to the record.
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-peek]");
    if (!link) return;
    if (innerWidth < 1280 || event.ctrlKey || event.metaKey || event.shiftKey || event.button) event.stopImmediatePropagation();
  }, true);
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.id !== "peek") return;
    var list = document.querySelector(".reg");
    list.classList.remove("nopeek");
    list.querySelectorAll("tr.cur").forEach(function (row) { row.classList.remove("cur"); });
    var id = event.target.querySelector("[data-record]");
    var row = id && document.getElementById("row-" + id.dataset.record);
    if (row) row.classList.add("cur");
  });
  function closePeek() {
    var list = document.querySelector(".reg");
    if (!list) return;
    list.classList.add("nopeek");
    list.querySelectorAll("tr.cur").forEach(function (row) { row.classList.remove("cur"); });
  }
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") closePeek();
  });

  // A piece of the page that is fetched: after 300 ms a line says so; what goes wrong is said where the piece was to stand.
  var waiting = new WeakMap();
  function place(target) { return target.tagName === "DATALIST" ? target.parentNode : target; }
  function say(target, node) {
    unsay(target);
    node.setAttribute("data-said", "");
    place(target).prepend(node);
    if (target.id === "peek") document.querySelector(".reg").classList.remove("nopeek");
  }
  function unsay(target) {
    place(target).querySelectorAll(":scope > [data-said]").forEach(function (node) { node.remove(); });
  }
  function line(kind, words) {
    var node = document.createElement("p");
    node.className = kind;
    node.textContent = words;
    return node;
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    var target = event.detail.target;
    clearTimeout(waiting.get(target));
    waiting.set(target, setTimeout(function () { say(target, line("wait", document.body.dataset.wait)); }, 300));
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var target = event.detail.target;
    clearTimeout(waiting.get(target));
    unsay(target);
    if (event.detail.successful) return;
    var xhr = event.detail.xhr;
    if (xhr.getResponseHeader && xhr.getResponseHeader("hx-redirect")) return;
    var said = new DOMParser().parseFromString(xhr.status ? xhr.responseText : "", "text/html").querySelector(".state.err");
    if (!said) {
      said = line("state err", document.body.dataset.lost);
      said.setAttribute("role", "alert");
    }
    var again = document.createElement("button");
    again.type = "button";
    again.className = "btn sml";
    again.textContent = document.body.dataset.again;
    again.addEventListener("click", function () {
      htmx.ajax("GET", event.detail.pathInfo.finalRequestPath, { target: target, swap: "innerHTML" });
    });
    said.append(" ", again);
    if (target.id === "peek") {
      var close = document.createElement("button");
      close.type = "button";
      close.className = "plain";
      close.dataset.closePeek = "";
      close.textContent = document.body.dataset.close;
      said.append(close);
      target.replaceChildren();
    }
    say(target, document.adoptNode(said));
  });

  // Filters of the plan where the browser does not know :has().
  var plan = document.querySelector(".plan");
  if (plan && !(window.CSS && CSS.supports && CSS.supports("selector(:has(a))"))) {
    plan.addEventListener("change", function () {
      var light = plan.querySelector("input[name=lf]:checked");
      var office = plan.querySelector("#office");
      plan.dataset.light = light ? light.value : "";
      plan.dataset.office = office ? office.value : "";
    });
  }

  // "/" leads to the search box, unless something is being typed.
  document.addEventListener("keydown", function (event) {
    var box = document.getElementById("find");
    var at = event.target;
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !box || !box.offsetParent) return;
    if (at.closest && at.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  // A form is sent once: a second click waits for the answer.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(function () { delete form.dataset.sent; }, 8000);
  });
  addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
