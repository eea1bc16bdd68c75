// Keys, dropped files and small comforts. Every page works without it: each key presses a link or a button that is
// there, each drop fills a field that is there.
"use strict";

const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
let going = false;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const key = event.key;
  if (going) {
    going = false;
    const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    if (link) { event.preventDefault(); link.click(); }
    return;
  }
  if (key === "g") { going = true; setTimeout(() => { going = false; }, 1200); return; }
  if (key === "/") {
    const field = document.getElementById("q");
    if (field && field.offsetParent) { event.preventDefault(); field.focus(); field.select(); }
    return;
  }
  if (key === "?") { document.querySelector('[data-go="?"]')?.click(); return; }
  const press = key === "z" ? ".toast form button" : `[data-key="${CSS.escape(key)}"]`;
  const pressed = [...document.querySelectorAll(press)].find((one) => !one.disabled && one.offsetParent);
  if (pressed) { event.preventDefault(); pressed.click(); }
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-close]")?.closest(".toast")?.remove();
  const all = event.target.closest("[data-tick-all]");
  if (all) {
    for (const box of document.querySelectorAll(`input[name="${all.dataset.tickAll}"]`)) box.checked = all.checked;
    all.dispatchEvent(new Event("ticked", { bubbles: true }));
  }
});

// On a phone the strip of views is wider than the screen: the one in force is brought into sight.
for (const view of document.querySelectorAll(":is(.views, .chips) [aria-current]")) {
  const strip = view.closest(".views, .chips");
  if (strip.scrollWidth > strip.clientWidth) strip.scrollLeft = view.offsetLeft - strip.offsetLeft - 16;
}

// A file dropped on a dropzone goes into its field; the form leaves at once where it says so.
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest?.(".dropzone");
    if (!zone) return;
    event.preventDefault();
    zone.toggleAttribute("data-over", name === "dragover");
    if (name !== "drop" || !event.dataTransfer.files.length) return;
    const field = zone.querySelector('input[type="file"]');
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.matches?.('.dropzone input[type="file"]')) {
    const told = field.closest(".dropzone").querySelector("[data-chosen]");
    if (told) told.textContent = [...field.files].map((file) => file.name).join(", ");
    if (field.files.length && field.form.hasAttribute("data-leave")) field.form.requestSubmit();
  }
  if (field.matches?.("[data-submit]")) field.form.requestSubmit();
  count(field);
});

// How many rows are ticked, where the page says it.
function count(box) {
  const told = box.form?.querySelector("[data-ticked]");
  if (told) told.textContent = box.form.querySelectorAll("tbody :checked").length;
}
document.addEventListener("ticked", (event) => count(event.target));

// Two clicks must not do it twice; the server would refuse the second, but nobody should have to read that.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.leaving) { event.preventDefault(); return; }
  form.dataset.leaving = "yes";
  setTimeout(() => { delete form.dataset.leaving; }, 4000);
});

// In a search field, the arrows go through what was found; Escape closes it.
document.addEventListener("keydown", (event) => {
  const search = event.target.closest?.("form.search");
  const found = search?.querySelector(".found");
  if (!found || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return;
  const stops = [search.querySelector("input"), ...found.querySelectorAll("a")];
  const at = stops.indexOf(event.target);
  if (event.key === "Escape") { found.replaceChildren(); stops[0].focus(); return; }
  if (stops.length < 2) return;
  event.preventDefault();
  stops[(at + (event.key === "ArrowDown" ? 1 : stops.length - 1)) % stops.length].focus();
});

// A variable put where one was writing last. Without this, it is copied from the list.
let written = null;
for (const button of document.querySelectorAll("[data-insert]")) button.hidden = false;
document.addEventListener("focusin", (event) => {
  if (event.target.matches('form:has([data-insert]) :is(textarea, input[type="text"])')) written = event.target;
});
document.addEventListener("click", (event) => {
  const insert = event.target.closest("[data-insert]");
  if (!insert) return;
  const field = written ?? insert.form.querySelector("textarea[name=body]");
  field.setRangeText(insert.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
