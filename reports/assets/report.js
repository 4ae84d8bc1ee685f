"use strict";
// Without this script everything stands on one long page. With it one page shows at a time, tables sort, rows are
// filtered, and charts are drawn when they come into view.
(() => {
  const pages = [...document.querySelectorAll(".page")];
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

  function show(page) {
    for (const other of pages) {
      // "until-found" lets the browser's own search reach into hidden pages.
      if (other === page) other.removeAttribute("hidden");
      else other.setAttribute("hidden", "until-found");
    }
    for (const link of document.querySelectorAll("nav [data-page]")) {
      if (link.dataset.page === page.dataset.page) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  function target() {
    const name = location.hash.slice(1);
    return (name && document.getElementById(name)) || pages[0];
  }

  function follow() {
    const element = target();
    const page = element.closest(".page");
    if (!page) return;
    show(page);
    const isPage = element === page;
    if (isPage) scrollTo(0, 0);
    else element.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
    const heading = isPage ? page.querySelector("h1") : element.querySelector("h2, h3");
    if (location.hash && heading) {
      heading.setAttribute("tabindex", "-1");
      heading.focus({ preventScroll: true });
    }
  }

  for (const page of pages) {
    page.addEventListener("beforematch", () => show(page));
  }
  addEventListener("hashchange", follow);

  // Sorting
  function sort(table, column, button) {
    const body = table.tBodies[0];
    const head = button.closest("th");
    const figures = head.classList.contains("figure");
    const down = head.getAttribute("aria-sort") === (figures ? "descending" : "ascending") ? !figures : figures;
    const key = (row) => {
      const cell = row.cells[column];
      return figures ? Number(cell.dataset.value) : cell.textContent.trim().toLowerCase();
    };
    const rows = [...body.rows].map((row) => [key(row), row]);
    rows.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1));
    body.append(...rows.map(([, row]) => row));
    for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  }

  for (const table of document.querySelectorAll("table[data-sortable]")) {
    if (table.tBodies[0].rows.length < 2) continue;
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(table, column, button));
      head.append(button);
    });
  }

  // Filtering
  const filter = document.querySelector("[data-filter]");
  filter.addEventListener("input", () => {
    const wanted = filter.value.trim().toLowerCase().split(/\s+/);
    let shown = 0;
    for (const suite of document.querySelectorAll("[data-filterable]")) {
      let here = 0;
      for (const row of suite.querySelectorAll("tbody tr")) {
        const text = row.textContent.toLowerCase();
        row.hidden = !wanted.every((word) => text.includes(word));
        here += !row.hidden;
      }
      suite.hidden = here === 0;
      shown += here;
    }
    document.querySelector("[data-filtered]").textContent = filter.value.trim() ? `${shown} shown` : "";
  });

  // Charts
  function drawn(plot) {
    const figure = JSON.parse(document.getElementById(plot.dataset.figure).textContent);
    const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const layout = figure.layout;
    layout.font = { ...layout.font, color: colour("--quiet"), family: getComputedStyle(document.body).fontFamily };
    layout.hoverlabel = { bgcolor: colour("--raised"), bordercolor: colour("--rule"), font: { color: colour("--ink") } };
    for (const axis of ["xaxis", "yaxis"]) {
      layout[axis] = { ...layout[axis], gridcolor: colour("--rule"), zerolinecolor: colour("--rule"), fixedrange: true };
    }
    plot.style.minHeight = `${layout.height}px`; // kept when the window changes its size
    Plotly.react(plot, figure.data, layout, { displayModeBar: false, responsive: true });
    plot.dataset.drawn = "yes";
  }

  const plots = [...document.querySelectorAll("[data-figure]")];
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      drawn(entry.target);
    }
  }, { rootMargin: "200px" });
  for (const plot of plots) seen.observe(plot);
  // On paper everything of the page is in view.
  addEventListener("beforeprint", () => {
    for (const plot of plots) if (!plot.dataset.drawn && !plot.closest("[hidden]")) drawn(plot);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const plot of plots) if (plot.dataset.drawn) drawn(plot);
  });

  document.documentElement.classList.add("scripted");
  follow();
})();
