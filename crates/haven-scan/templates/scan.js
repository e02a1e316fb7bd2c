
// Shows the rows that fit; without it all are shown.
(() => {
  const filter = document.getElementById("filter");
  if (!filter) return;
  const get = (id) => document.getElementById(id);
  const rows = [...document.querySelectorAll(".group tbody tr")].map((row) => {
    const group = row.closest(".group");
    const text = `${group.querySelector("h3").textContent} ${row.textContent}`.toLowerCase();
    return { row, group, text };
  });
  const show = () => {
    const words = get("words").value.toLowerCase().split(/\s+/);
    let shown = 0;
    const full = new Set();
    for (const { row, group, text } of rows) {
      const fits =
        words.every((word) => text.includes(word)) &&
        (!get("found").value || row.dataset.found === get("found").value) &&
        (!get("category").value || row.dataset.category === get("category").value) &&
        Number(row.dataset.sure) >= Number(get("sure").value);
      row.hidden = !fits;
      if (fits) {
        shown += 1;
        full.add(group);
      }
    }
    for (const { group } of rows) group.hidden = !full.has(group);
    get("shown").textContent = shown === rows.length ? "" : `${shown} of ${rows.length} findings are shown`;
  };
  filter.hidden = false;
  filter.addEventListener("input", show);
  // A browser keeps what was chosen when the page is loaded again.
  show();
})();
