(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const whole = new WeakMap();
  document.body.classList.add("scripted");

  // Marks what stands beyond the second line. Texts only ever become text nodes.
  function markCut(element) {
    if (!whole.has(element)) whole.set(element, element.textContent);
    const text = whole.get(element);
    element.textContent = text;
    if (!text || !element.offsetParent) return;
    const range = document.createRange();
    const room = 2.2 * parseFloat(getComputedStyle(element).lineHeight);
    const fits = (length) => {
      range.setStart(element.firstChild, 0);
      range.setEnd(element.firstChild, length);
      return range.getBoundingClientRect().height <= room;
    };
    if (fits(text.length)) return;
    let shown = 0, cut = text.length;
    while (cut - shown > 1) {
      const middle = (shown + cut) >> 1;
      if (fits(middle)) shown = middle; else cut = middle;
    }
    if (/[\uDC00-\uDFFF]/.test(text[shown])) shown--;
    const mark = document.createElement("mark"), spoken = document.createElement("span");
    mark.className = "cut";
    spoken.className = "unseen";
    spoken.textContent = " (cut from here on:) ";
    mark.append(spoken, text.slice(shown));
    element.replaceChildren(text.slice(0, shown), mark);
  }

  function show() {
    const wanted = byId("find").value.trim().toLowerCase(), cards = all(".card");
    for (const card of cards) card.hidden = wanted && !card.textContent.toLowerCase().includes(wanted);
    const count = cards.filter((card) => card.offsetParent).length;
    byId("count").textContent = count === cards.length ? `${count} cards` : `${count} of ${cards.length} cards`;
    byId("empty").hidden = count > 0;
    all(".text h3, .before, .after").forEach(markCut);
  }

  document.addEventListener("change", show);
  byId("find").addEventListener("input", show);
  byId("choices").addEventListener("submit", (event) => event.preventDefault());

  // A cell of the matrix leads to its card, in its language.
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".matrix a");
    if (!link) return;
    const language = link.dataset.to && byId(link.dataset.to);
    if (language) language.checked = true;
    byId("f-all").checked = true;
    byId("find").value = "";
    show();
    const card = byId(link.hash.slice(1));
    setTimeout(() => card.focus({ preventScroll: true }));
  });

  let width = document.documentElement.clientWidth;
  addEventListener("resize", () => {
    if (width === document.documentElement.clientWidth) return;
    width = document.documentElement.clientWidth;
    show();
  });
  show();
  if (document.fonts) document.fonts.ready.then(show);
})();
